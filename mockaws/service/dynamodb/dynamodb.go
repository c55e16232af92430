package dynamodb

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/dynamodb/ddb"
)

// New is Amazon DynamoDB with tables kept in memory: items by key, indexes,
// and the expressions that select: conditions, filters and projections. UpdateItem
// and the parameters that expressions replaced (Expected, KeyConditions and so on)
// are not implemented; Server.AddUpstream has an emulator answer them.
//
// The wording of errors is taken from the tests of architect/dynalite, which were
// run against AWS.
func New() *service.Service {
	s := &tables{}
	return &service.Service{
		ID: "DynamoDB", EndpointPrefix: "dynamodb", SigningName: "dynamodb", TargetPrefix: "DynamoDB_20120810",
		Dialect: protocol.Dialect{
			Protocol: protocol.JSON10, DynamoDB: true, Namespace: "com.amazon.coral.service#",
			ModelNamespace: "com.amazonaws.dynamodb.v20120810#",
			Errors:         protocol.Tabulate(protocol.JSONRows, rows), Throttled: &throttled, Failing: failing,
		},
		SkewWindow: 15 * time.Minute, EventSource: "dynamodb.amazonaws.com", Complete: true,
		Operations: append([]service.Operation{
			{Name: "CreateTable", Action: "dynamodb:CreateTable", Resource: tableARN, Handle: handle(s.create)},
			{Name: "DescribeTable", Action: "dynamodb:DescribeTable", Resource: tableARN, ReadOnly: true,
				Handle: handle(s.describe)},
			{Name: "ListTables", Action: "dynamodb:ListTables", ReadOnly: true, Handle: handle(s.list)},
			{Name: "DeleteTable", Action: "dynamodb:DeleteTable", Resource: tableARN, Handle: handle(s.remove)},
			{Name: "GetItem", Action: "dynamodb:GetItem", Resource: tableARN, Conditions: s.leadingKeys,
				DataEvent: true,
				ReadOnly:  true, Handle: handle(s.getItem)},
			{Name: "PutItem", Action: "dynamodb:PutItem", Resource: tableARN, Conditions: s.leadingKeys,
				DataEvent: true,
				Handle:    handle(s.putItem)},
			{Name: "UpdateItem", Action: "dynamodb:UpdateItem", Resource: tableARN, Conditions: s.leadingKeys,
				DataEvent: true,
				Handle:    updateItem},
			{Name: "DeleteItem", Action: "dynamodb:DeleteItem", Resource: tableARN, Conditions: s.leadingKeys,
				DataEvent: true,
				Handle:    handle(s.deleteItem)},
			{Name: "Query", Action: "dynamodb:Query", Resource: indexARN, Conditions: s.leadingKeys, DataEvent: true,
				ReadOnly: true, Handle: handle(s.query)},
			{Name: "Scan", Action: "dynamodb:Scan", Resource: indexARN, DataEvent: true, ReadOnly: true,
				Handle: handle(s.scan)},
			{Name: "BatchGetItem", Action: "dynamodb:BatchGetItem", Resource: firstTableARN, DataEvent: true,
				ReadOnly: true,
				Handle:   handle(s.batchGet)},
			{Name: "BatchWriteItem", Action: "dynamodb:BatchWriteItem", Resource: firstTableARN, DataEvent: true,
				Handle: handle(s.batchWrite)},
		}, service.Unimplemented(
			"BatchExecuteStatement", "CreateBackup", "CreateGlobalTable", "DeleteBackup", "DeleteResourcePolicy",
			"DescribeBackup",
			"DescribeContinuousBackups", "DescribeContributorInsights", "DescribeEndpoints", "DescribeExport",
			"DescribeGlobalTable",
			"DescribeGlobalTableSettings", "DescribeImport", "DescribeKinesisStreamingDestination", "DescribeLimits",
			"DescribeTableReplicaAutoScaling", "DescribeTimeToLive", "DisableKinesisStreamingDestination",
			"EnableKinesisStreamingDestination",
			"ExecuteStatement", "ExecuteTransaction", "ExportTableToPointInTime", "GetResourcePolicy", "ImportTable",
			"ListBackups",
			"ListContributorInsights", "ListExports", "ListGlobalTables", "ListImports", "ListTagsOfResource",
			"PutResourcePolicy",
			"RestoreTableFromBackup", "RestoreTableToPointInTime", "TagResource", "TransactGetItems",
			"TransactWriteItems",
			"UntagResource",
			"UpdateContinuousBackups", "UpdateContributorInsights", "UpdateGlobalTable", "UpdateGlobalTableSettings",
			"UpdateKinesisStreamingDestination", "UpdateTable", "UpdateTableReplicaAutoScaling", "UpdateTimeToLive",
			"CancelBulkOperation", "DescribeBulkOperation", "ListBulkOperations", "SearchVectors", "StartBulkPutItems",
		)...),
	}
}

type tables struct{ service.Regional[*table] }

type table struct {
	name, arn, id string
	created       time.Time
	key           keySchema
	types         map[string]ddb.Type // of key attributes, by name
	indexes       map[string]*tableIndex
	billing       string
	throughput    throughput
	protected     bool
	items         map[string]ddb.Item
}

// keySchema names the partition key and the sort key, "" for none.
type keySchema struct{ partition, sort string }

type tableIndex struct {
	name       string
	global     bool
	key        keySchema
	projection indexProjection
}

type indexProjection struct {
	ProjectionType   string
	NonKeyAttributes []string `json:",omitempty"`
}

func (k keySchema) names() []string {
	if k.sort == "" {
		return []string{k.partition}
	}
	return []string{k.partition, k.sort}
}

// invalidDDB makes a ValidationException.
func invalidDDB(format string, args ...any) *service.Error {
	return service.Errorf("ValidationException", format, args...)
}

// ddbInput decodes a call; what its expressions' values are wrong in is a
// ValidationException.
func ddbInput(c *service.Call, into any) error {
	err := c.Decode(into)
	var failed *service.Error
	var own *ddb.Error
	if errors.As(err, &failed) && errors.As(failed.Cause, &own) {
		return invalidDDB("%s", own.Message)
	}
	return err
}

// handle is service.Handle with ddbInput.
func handle[In, Out any](do func(*service.Call, *In) (*Out, error)) service.Handler {
	return service.HandleWith(ddbInput, do)
}

// ddbError turns an error of the expression language into the service's.
func ddbError(err error) error {
	var own *ddb.Error
	if errors.As(err, &own) {
		return invalidDDB("%s", own.Message)
	}
	return err
}

// tableARNOf takes a table's name or ARN.
func tableARNOf(c *service.Call, name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return c.ARN("dynamodb", "table/"+name)
}

func tableARN(c *service.Call) string { return tableARNOf(c, c.Text("TableName")) }

func indexARN(c *service.Call) string {
	if index := c.Text("IndexName"); index != "" {
		return tableARN(c) + "/index/" + index
	}
	return tableARN(c)
}

var tableName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`) })

// badName says what is wrong with the name of a table, its length first:
// https://github.com/architect/dynalite/blob/main/test/describeTimeToLive.js
func badName(name string) error {
	switch {
	case tableName().MatchString(name):
		return nil
	case len(name) < 3 || len(name) > 255:
		return invalidDDB("TableName must be at least 3 characters long and at most 255 characters long")
	}
	return invalidDDB("1 validation error detected: Value '%s' at 'tableName' failed to satisfy constraint: "+
		"Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+", name)
}

// find looks a table up by name or ARN.
func (s *tables) find(c *service.Call, name string) (*table, error) {
	if t := s.lookup(c, name); t != nil {
		return t, nil
	}
	if err := badName(name); err != nil && !strings.HasPrefix(name, "arn:") {
		return nil, err
	}
	return nil, service.Errorf("ResourceNotFoundException", "Requested resource not found")
}

func (s *tables) lookup(c *service.Call, name string) *table {
	parts := strings.SplitN(tableARNOf(c, name), ":", 6)
	if len(parts) != 6 {
		return nil
	}
	return s.In(parts[4], parts[3])[strings.TrimPrefix(parts[5], "table/")]
}

// leadingKeys is dynamodb:LeadingKeys: the partition keys that a call touches
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html).
func (s *tables) leadingKeys(c *service.Call) map[string][]string {
	s.Lock()
	defer s.Unlock()
	t := s.lookup(c, c.Text("TableName"))
	if t == nil {
		return nil
	}
	var in struct {
		Key, Item                 ddb.Item
		IndexName                 string
		KeyConditionExpression    string
		ExpressionAttributeNames  map[string]string
		ExpressionAttributeValues map[string]ddb.Value
	}
	if c.Peek(&in) != nil {
		return nil
	}
	key := t.key
	if index := t.indexes[in.IndexName]; index != nil {
		key = index.key
	}
	leading := firstOf(in.Key[key.partition], in.Item[key.partition])
	if in.KeyConditionExpression != "" {
		x, err := ddb.NewContext(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
		if err != nil {
			return nil
		}
		if terms, err := keyTermsOf(x, in.KeyConditionExpression, key, t.types); err == nil {
			leading = terms[0].Values[0]
		}
	}
	if leading.Type == "" {
		return nil
	}
	return map[string][]string{"dynamodb:LeadingKeys": {leading.Text}}
}

func firstOf(values ...ddb.Value) ddb.Value {
	for _, v := range values {
		if v.Type != "" {
			return v
		}
	}
	return ddb.Value{}
}
