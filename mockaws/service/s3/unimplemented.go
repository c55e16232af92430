package s3

import "github.com/hostproof/hostproof/mockaws/service"

// s3Unimplemented are the operations that S3 has and this mock has not, with
// what a request for them is known by
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html).
func s3Unimplemented() []service.Operation {
	var rows []service.Operation
	for _, s := range bucketsLack {
		rows = append(rows, missingRows(bucketRow, s.subresource, s.get, s.put, s.remove)...)
	}
	for _, s := range configurationsLack {
		rows = append(rows, missingRows(bucketRow, s.subresource+" id", "GetBucket"+s.name, "PutBucket"+s.name,
			"DeleteBucket"+s.name)...)
		rows = append(rows, missingRows(bucketRow, s.subresource, s.list, "", "")...)
	}
	for _, s := range objectsLack {
		rows = append(rows, missingRows(objectRow, s.subresource, s.get, s.put, s.remove)...)
	}
	return append(rows,
		bucketRow("CreateBucketMetadataConfiguration", "POST", "metadataConfiguration", nil),
		bucketRow("CreateBucketMetadataTableConfiguration", "POST", "metadataTable", nil),
		objectRow("RestoreObject", "POST", "restore", nil),
		objectRow("SelectObjectContent", "POST", "select", nil),
		service.Operation{Name: "ListDirectoryBuckets", Method: "GET", Path: "/",
			Query: []string{"x-id=ListDirectoryBuckets"}},
		service.Operation{Name: "WriteGetObjectResponse", Method: "POST", Path: "/WriteGetObjectResponse"},
	)
}

// lacking names the operations on a subresource, by method; "" for no operation.
type lacking struct{ subresource, get, put, remove string }

var bucketsLack = []lacking{
	{"abac", "GetBucketAbac", "PutBucketAbac", ""},
	{"accelerate", "GetBucketAccelerateConfiguration", "PutBucketAccelerateConfiguration", ""},
	{"acl", "GetBucketAcl", "PutBucketAcl", ""},
	{"cors", "GetBucketCors", "PutBucketCors", "DeleteBucketCors"},
	{"encryption", "GetBucketEncryption", "PutBucketEncryption", "DeleteBucketEncryption"},
	{"lifecycle", "GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"},
	{"logging", "GetBucketLogging", "PutBucketLogging", ""},
	{"metadataConfiguration", "GetBucketMetadataConfiguration", "", "DeleteBucketMetadataConfiguration"},
	{"metadataTable", "GetBucketMetadataTableConfiguration", "", "DeleteBucketMetadataTableConfiguration"},
	{"metadataAnnotationTable", "", "UpdateBucketMetadataAnnotationTableConfiguration", ""},
	{"metadataInventoryTable", "", "UpdateBucketMetadataInventoryTableConfiguration", ""},
	{"metadataJournalTable", "", "UpdateBucketMetadataJournalTableConfiguration", ""},
	{"notification", "GetBucketNotificationConfiguration", "PutBucketNotificationConfiguration", ""},
	{"object-lock", "GetObjectLockConfiguration", "PutObjectLockConfiguration", ""},
	{"ownershipControls", "GetBucketOwnershipControls", "PutBucketOwnershipControls",
		"DeleteBucketOwnershipControls"},
	{"replication", "GetBucketReplication", "PutBucketReplication", "DeleteBucketReplication"},
	{"requestPayment", "GetBucketRequestPayment", "PutBucketRequestPayment", ""},
	{"session", "CreateSession", "", ""},
	{"tagging", "GetBucketTagging", "PutBucketTagging", "DeleteBucketTagging"},
	{"versioning", "", "PutBucketVersioning", ""},
	{"versions", "ListObjectVersions", "", ""},
	{"website", "GetBucketWebsite", "PutBucketWebsite", "DeleteBucketWebsite"},
}

// configurationsLack has the four operations of each kind of configuration that
// a bucket can have several of: get, put and delete one, and list all.
var configurationsLack = []struct{ subresource, name, list string }{
	{"analytics", "AnalyticsConfiguration", "ListBucketAnalyticsConfigurations"},
	{"intelligent-tiering", "IntelligentTieringConfiguration", "ListBucketIntelligentTieringConfigurations"},
	{"inventory", "InventoryConfiguration", "ListBucketInventoryConfigurations"},
	{"metrics", "MetricsConfiguration", "ListBucketMetricsConfigurations"},
}

var objectsLack = []lacking{
	{"acl", "GetObjectAcl", "PutObjectAcl", ""},
	{"annotation annotationName", "GetObjectAnnotation", "PutObjectAnnotation", "DeleteObjectAnnotation"},
	{"annotation", "ListObjectAnnotations", "", ""},
	{"attributes", "GetObjectAttributes", "", ""},
	{"encryption", "", "UpdateObjectEncryption", ""},
	{"legal-hold", "GetObjectLegalHold", "PutObjectLegalHold", ""},
	{"renameObject", "", "RenameObject", ""},
	{"retention", "GetObjectRetention", "PutObjectRetention", ""},
	{"tagging", "", "PutObjectTagging", "DeleteObjectTagging"},
	{"torrent", "GetObjectTorrent", "", ""},
}

// missingRows are rows of a subresource; a method without a name has none.
func missingRows(level func(string, string, string, service.Handler, ...trait) service.Operation,
	subresource, get, put, remove string) []service.Operation {
	var rows []service.Operation
	for _, m := range []struct{ method, name string }{{"GET", get}, {"PUT", put}, {"DELETE", remove}} {
		if m.name != "" {
			rows = append(rows, level(m.name, m.method, subresource, nil))
		}
	}
	return rows
}
