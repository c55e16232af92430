package dynamodb

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/dynamodb/ddb"
)

// New is Amazon DynamoDB with tables kept in memory: items by key, indexes,
// and all kinds of expressions. The parameters that expressions replaced
// (Expected, KeyConditions and so on) are not implemented.
//
// The wording of errors is that of the tests of architect/dynalite, which were
// run against AWS.
func New() *service.Service {
	s := &tables{}
	return &service.Service{
		ID: "DynamoDB", EndpointPrefix: "dynamodb", SigningName: "dynamodb", TargetPrefix: "DynamoDB_20120810",
		Dialect: protocol.Dialect{
			Protocol: protocol.JSON10, DynamoDB: true, Namespace: "com.amazon.coral.service#", ModelNamespace: "com.amazonaws.dynamodb.v20120810#",
			Errors: protocol.Tabulate(protocol.JSONRows, protocol.DynamoDBRows),
		},
		SkewWindow: 15 * time.Minute, EventSource: "dynamodb.amazonaws.com", Complete: true,
		Operations: append([]service.Operation{
			{Name: "CreateTable", Action: "dynamodb:CreateTable", Resource: tableARN, Handle: s.create},
			{Name: "DescribeTable", Action: "dynamodb:DescribeTable", Resource: tableARN, ReadOnly: true, Handle: s.describe},
			{Name: "ListTables", Action: "dynamodb:ListTables", ReadOnly: true, Handle: s.list},
			{Name: "DeleteTable", Action: "dynamodb:DeleteTable", Resource: tableARN, Handle: s.remove},
			{Name: "GetItem", Action: "dynamodb:GetItem", Resource: tableARN, Conditions: s.leadingKeys, DataEvent: true, ReadOnly: true, Handle: s.getItem},
			{Name: "PutItem", Action: "dynamodb:PutItem", Resource: tableARN, Conditions: s.leadingKeys, DataEvent: true, Handle: s.putItem},
			{Name: "UpdateItem", Action: "dynamodb:UpdateItem", Resource: tableARN, Conditions: s.leadingKeys, DataEvent: true, Handle: s.updateItem},
			{Name: "DeleteItem", Action: "dynamodb:DeleteItem", Resource: tableARN, Conditions: s.leadingKeys, DataEvent: true, Handle: s.deleteItem},
			{Name: "Query", Action: "dynamodb:Query", Resource: indexARN, Conditions: s.leadingKeys, DataEvent: true, ReadOnly: true, Handle: s.query},
			{Name: "Scan", Action: "dynamodb:Scan", Resource: indexARN, DataEvent: true, ReadOnly: true, Handle: s.scan},
			{Name: "BatchGetItem", Action: "dynamodb:BatchGetItem", Resource: firstTableARN, DataEvent: true, ReadOnly: true, Handle: s.batchGet},
			{Name: "BatchWriteItem", Action: "dynamodb:BatchWriteItem", Resource: firstTableARN, DataEvent: true, Handle: s.batchWrite},
		}, service.Unimplemented(
			"BatchExecuteStatement", "CreateBackup", "CreateGlobalTable", "DeleteBackup", "DeleteResourcePolicy", "DescribeBackup",
			"DescribeContinuousBackups", "DescribeContributorInsights", "DescribeEndpoints", "DescribeExport", "DescribeGlobalTable",
			"DescribeGlobalTableSettings", "DescribeImport", "DescribeKinesisStreamingDestination", "DescribeLimits",
			"DescribeTableReplicaAutoScaling", "DescribeTimeToLive", "DisableKinesisStreamingDestination", "EnableKinesisStreamingDestination",
			"ExecuteStatement", "ExecuteTransaction", "ExportTableToPointInTime", "GetResourcePolicy", "ImportTable", "ListBackups",
			"ListContributorInsights", "ListExports", "ListGlobalTables", "ListImports", "ListTagsOfResource", "PutResourcePolicy",
			"RestoreTableFromBackup", "RestoreTableToPointInTime", "TagResource", "TransactGetItems", "TransactWriteItems", "UntagResource",
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
	settings      map[string]any // shown as they were given
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

var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// find looks a table up by name or ARN.
func (s *tables) find(c *service.Call, name string) (*table, error) {
	if t := s.lookup(c, name); t != nil {
		return t, nil
	}
	if !strings.HasPrefix(name, "arn:") && !tableName.MatchString(name) {
		return nil, invalidDDB("1 validation error detected: Value '%s' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+", name)
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
		if _, terms, err := keyTermsOf(x, in.KeyConditionExpression, key, t.types); err == nil {
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

type keyElement struct{ AttributeName, KeyType string }

type indexInput struct {
	IndexName  string
	KeySchema  []keyElement
	Projection indexProjection
	// Shown as it was given.
	ProvisionedThroughput, OnDemandThroughput, WarmThroughput any `json:",omitempty"`
}

type createTableInput struct {
	TableName            string
	AttributeDefinitions []struct {
		AttributeName string
		AttributeType ddb.Type
	}
	KeySchema                                     []keyElement
	GlobalSecondaryIndexes, LocalSecondaryIndexes []indexInput
	BillingMode                                   string
	ProvisionedThroughput                         *struct{ ReadCapacityUnits, WriteCapacityUnits int }
	DeletionProtectionEnabled                     bool
	Tags, SSESpecification, StreamSpecification, TableClass,
	OnDemandThroughput, WarmThroughput service.Ignored
}

func (s *tables) create(c *service.Call) (any, error) {
	var in createTableInput
	if err := ddbInput(c, &in); err != nil {
		return nil, err
	}
	if !tableName.MatchString(in.TableName) {
		return nil, invalidDDB("TableName must be at least 3 characters long and at most 255 characters long")
	}
	t := &table{
		name: in.TableName, arn: tableARNOf(c, in.TableName), id: protocol.NewUUID(), created: c.Now, billing: in.BillingMode,
		types: map[string]ddb.Type{}, indexes: map[string]*tableIndex{}, items: map[string]ddb.Item{}, settings: map[string]any{},
	}
	if err := t.define(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	if s.Of(c)[t.name] != nil {
		return nil, service.Errorf("ResourceInUseException", "Table already exists: %s", t.name)
	}
	s.Of(c)[t.name] = t
	return map[string]any{"TableDescription": t.describe("CREATING")}, nil
}

func (t *table) define(in *createTableInput) error {
	for _, a := range in.AttributeDefinitions {
		if a.AttributeType != ddb.String && a.AttributeType != ddb.Number && a.AttributeType != ddb.Binary {
			return invalidDDB("1 validation error detected: Value '%s' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]", a.AttributeType)
		}
		t.types[a.AttributeName] = a.AttributeType
	}
	switch {
	case t.billing == "" && in.ProvisionedThroughput == nil, t.billing == "PROVISIONED" && in.ProvisionedThroughput == nil:
		return invalidDDB("One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	case t.billing == "PAY_PER_REQUEST" && in.ProvisionedThroughput != nil:
		return invalidDDB("One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	}
	throughput := map[string]int{"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0}
	if in.ProvisionedThroughput != nil {
		throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"] = in.ProvisionedThroughput.ReadCapacityUnits, in.ProvisionedThroughput.WriteCapacityUnits
	}
	t.settings["ProvisionedThroughput"], t.settings["DeletionProtectionEnabled"] = throughput, in.DeletionProtectionEnabled
	var err error
	if t.key, err = t.schema(in.KeySchema); err != nil {
		return err
	}
	used := t.key.names()
	for i, list := range [][]indexInput{in.GlobalSecondaryIndexes, in.LocalSecondaryIndexes} {
		for _, x := range list {
			key, err := t.schema(x.KeySchema)
			if err != nil {
				return err
			}
			if t.indexes[x.IndexName] != nil || !tableName.MatchString(x.IndexName) {
				return invalidDDB("One or more parameter values were invalid: Duplicate or invalid index name: %s", x.IndexName)
			}
			if i == 1 && key.partition != t.key.partition {
				return invalidDDB("One or more parameter values were invalid: Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. index hash key: %s, table hash key: %s", x.IndexName, key.partition, t.key.partition)
			}
			t.indexes[x.IndexName] = &tableIndex{name: x.IndexName, global: i == 0, key: key, projection: x.Projection}
			used = append(used, key.names()...)
		}
	}
	if slices.Sort(used); len(slices.Compact(used)) != len(t.types) {
		return invalidDDB("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return nil
}

// schema reads a key schema: HASH, or HASH and RANGE.
func (t *table) schema(elements []keyElement) (keySchema, error) {
	if len(elements) == 0 || len(elements) > 2 || elements[0].KeyType != "HASH" || len(elements) == 2 && elements[1].KeyType != "RANGE" {
		return keySchema{}, invalidDDB("Invalid KeySchema: The first KeySchemaElement is not a HASH key type, or the second not a RANGE key type")
	}
	key := keySchema{partition: elements[0].AttributeName}
	if len(elements) == 2 {
		key.sort = elements[1].AttributeName
	}
	if key.partition == key.sort {
		return key, invalidDDB("Both the Hash Key and the Range Key element in the KeySchema have the same name")
	}
	for _, name := range key.names() {
		if t.types[name] == "" {
			return key, invalidDDB("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]",
				strings.Join(key.names(), ", "), strings.Join(slices.Sorted(maps.Keys(t.types)), ", "))
		}
	}
	return key, nil
}

func (k keySchema) elements() []keyElement {
	list := []keyElement{{k.partition, "HASH"}}
	if k.sort != "" {
		list = append(list, keyElement{k.sort, "RANGE"})
	}
	return list
}

func (t *table) describe(status string) map[string]any {
	definitions := []map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(t.types)) {
		definitions = append(definitions, map[string]any{"AttributeName": name, "AttributeType": t.types[name]})
	}
	size := 0
	for _, item := range t.items {
		size += item.Size()
	}
	out := map[string]any{
		"TableName": t.name, "TableArn": t.arn, "TableId": t.id, "TableStatus": status, "CreationDateTime": service.Epoch(t.created),
		"KeySchema": t.key.elements(), "AttributeDefinitions": definitions, "ItemCount": len(t.items), "TableSizeBytes": size,
	}
	maps.Copy(out, t.settings)
	if t.billing == "PAY_PER_REQUEST" {
		out["BillingModeSummary"] = map[string]any{"BillingMode": t.billing}
	}
	for _, name := range slices.Sorted(maps.Keys(t.indexes)) {
		x := t.indexes[name]
		list, entry := "LocalSecondaryIndexes", map[string]any{
			"IndexName": x.name, "IndexArn": t.arn + "/index/" + x.name, "KeySchema": x.key.elements(), "Projection": x.projection,
		}
		if x.global {
			list, entry["IndexStatus"] = "GlobalSecondaryIndexes", status
		}
		entries, _ := out[list].([]map[string]any)
		out[list] = append(entries, entry)
	}
	return out
}

func (s *tables) describe(c *service.Call) (any, error) {
	var in struct{ TableName string }
	if err := ddbInput(c, &in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.named(c, in.TableName)
	if err != nil {
		return nil, err
	}
	return map[string]any{"Table": t.describe("ACTIVE")}, nil
}

// named is find for the operations on tables, whose error says more.
func (s *tables) named(c *service.Call, name string) (*table, error) {
	t, err := s.find(c, name)
	var failed *service.Error
	if errors.As(err, &failed) && failed.Code == "ResourceNotFoundException" {
		return nil, service.Errorf(failed.Code, "%s: Table: %s not found", failed.Message, name)
	}
	return t, err
}

func (s *tables) remove(c *service.Call) (any, error) {
	var in struct{ TableName string }
	if err := ddbInput(c, &in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.named(c, in.TableName)
	if err != nil {
		return nil, err
	}
	if t.settings["DeletionProtectionEnabled"] == true {
		return nil, invalidDDB("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	place := strings.Split(t.arn, ":")
	delete(s.In(place[4], place[3]), t.name)
	return map[string]any{"TableDescription": t.describe("DELETING")}, nil
}

func (s *tables) list(c *service.Call) (any, error) {
	var in struct {
		ExclusiveStartTableName string
		Limit                   *int
	}
	if err := ddbInput(c, &in); err != nil {
		return nil, err
	}
	limit := 100
	if in.Limit != nil {
		if limit = *in.Limit; limit < 1 || limit > 100 {
			return nil, invalidDDB("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value between 1 and 100", limit)
		}
	}
	s.Lock()
	defer s.Unlock()
	names := []string{}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		if name > in.ExclusiveStartTableName {
			names = append(names, name)
		}
	}
	out := map[string]any{"TableNames": names}
	if len(names) > limit {
		out["TableNames"], out["LastEvaluatedTableName"] = names[:limit], names[limit-1]
	}
	return out, nil
}
