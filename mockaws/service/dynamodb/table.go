package dynamodb

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/dynamodb/ddb"
)

type keyElement struct{ AttributeName, KeyType string }

type indexInput struct {
	IndexName  string
	KeySchema  []keyElement
	Projection indexProjection
	// Shown as it was given.
	ProvisionedThroughput, OnDemandThroughput, WarmThroughput any `json:",omitempty"`
}

type attributeDefinition struct {
	AttributeName string
	AttributeType ddb.Type
}

type createTableInput struct {
	TableName                                     string
	AttributeDefinitions                          []attributeDefinition
	KeySchema                                     []keyElement
	GlobalSecondaryIndexes, LocalSecondaryIndexes []indexInput
	BillingMode                                   string
	ProvisionedThroughput                         *struct{ ReadCapacityUnits, WriteCapacityUnits int }
	DeletionProtectionEnabled                     bool
	Tags, SSESpecification, StreamSpecification, TableClass,
	OnDemandThroughput, WarmThroughput service.Ignored
}

type tableResult struct{ TableDescription *tableDescription }

func (s *tables) create(c *service.Call, in *createTableInput) (*tableResult, error) {
	if err := badName(in.TableName); err != nil {
		return nil, err
	}
	t := &table{
		name: in.TableName, arn: tableARNOf(c, in.TableName), id: protocol.NewUUID(), created: c.Now,
		billing: in.BillingMode,
		types:   map[string]ddb.Type{}, indexes: map[string]*tableIndex{}, items: map[string]ddb.Item{},
	}
	if err := t.define(in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	if s.Of(c)[t.name] != nil {
		return nil, service.Errorf("ResourceInUseException", "Table already exists: %s", t.name)
	}
	s.Of(c)[t.name] = t
	return &tableResult{t.describe("CREATING")}, nil
}

func (t *table) define(in *createTableInput) error {
	for _, a := range in.AttributeDefinitions {
		if a.AttributeType != ddb.String && a.AttributeType != ddb.Number && a.AttributeType != ddb.Binary {
			return invalidDDB(
				"1 validation error detected: Value '%s' at 'attributeDefinitions.1.member.attributeType' "+
					"failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]", a.AttributeType)
		}
		t.types[a.AttributeName] = a.AttributeType
	}
	switch {
	case t.billing == "" && in.ProvisionedThroughput == nil, t.billing == "PROVISIONED" &&
		in.ProvisionedThroughput == nil:
		return invalidDDB(
			"One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both " +
				"be specified when BillingMode is PROVISIONED")
	case t.billing == "PAY_PER_REQUEST" && in.ProvisionedThroughput != nil:
		return invalidDDB(
			"One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits " +
				"can be specified when BillingMode is PAY_PER_REQUEST")
	}
	if p := in.ProvisionedThroughput; p != nil {
		t.throughput = throughput{0, p.ReadCapacityUnits, p.WriteCapacityUnits}
	}
	t.protected = in.DeletionProtectionEnabled
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
			if t.indexes[x.IndexName] != nil || !tableName().MatchString(x.IndexName) {
				return invalidDDB("One or more parameter values were invalid: Duplicate or invalid index name: %s",
					x.IndexName)
			}
			if i == 1 && key.partition != t.key.partition {
				return invalidDDB(
					"One or more parameter values were invalid: Index KeySchema does not have the same leading "+
						"hash key as table KeySchema for index: %s. index hash key: %s, table hash key: "+
						"%s", x.IndexName, key.partition, t.key.partition)
			}
			t.indexes[x.IndexName] = &tableIndex{name: x.IndexName, global: i == 0, key: key, projection: x.Projection}
			used = append(used, key.names()...)
		}
	}
	if slices.Sort(used); len(slices.Compact(used)) != len(t.types) {
		return invalidDDB(
			"One or more parameter values were invalid: Number of attributes in KeySchema does not exactly " +
				"match number of attributes defined in AttributeDefinitions")
	}
	return nil
}

// schema reads a key schema: HASH, or HASH and RANGE.
func (t *table) schema(elements []keyElement) (keySchema, error) {
	if len(elements) == 0 || len(elements) > 2 || elements[0].KeyType != "HASH" || len(elements) == 2 &&
		elements[1].KeyType != "RANGE" {
		return keySchema{}, invalidDDB("Invalid KeySchema: The first KeySchemaElement is not a HASH key type, or the " +
			"second not a RANGE key type")
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
			return key, invalidDDB(
				"One or more parameter values were invalid: Some index key attributes are not defined in "+
					"AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]",
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

type throughput struct{ NumberOfDecreasesToday, ReadCapacityUnits, WriteCapacityUnits int }

type tableDescription struct {
	AttributeDefinitions      []attributeDefinition
	BillingModeSummary        *billingMode `json:",omitempty"`
	CreationDateTime          float64
	DeletionProtectionEnabled bool
	GlobalSecondaryIndexes    []indexDescription `json:",omitempty"`
	ItemCount                 int
	KeySchema                 []keyElement
	LocalSecondaryIndexes     []indexDescription `json:",omitempty"`
	ProvisionedThroughput     throughput
	TableArn                  string
	TableId                   string
	TableName                 string
	TableSizeBytes            int
	TableStatus               string
}

type billingMode struct{ BillingMode string }

type indexDescription struct {
	IndexArn    string
	IndexName   string
	IndexStatus string `json:",omitempty"` // of a global index
	KeySchema   []keyElement
	Projection  indexProjection
}

func (t *table) describe(status string) *tableDescription {
	out := &tableDescription{
		TableName: t.name, TableArn: t.arn, TableId: t.id, TableStatus: status,
		CreationDateTime: service.Epoch(t.created), KeySchema: t.key.elements(), AttributeDefinitions: t.definitions(),
		ItemCount: len(t.items), ProvisionedThroughput: t.throughput, DeletionProtectionEnabled: t.protected,
	}
	for _, item := range t.items {
		out.TableSizeBytes += item.Size()
	}
	if t.billing == "PAY_PER_REQUEST" {
		out.BillingModeSummary = &billingMode{t.billing}
	}
	for _, name := range slices.Sorted(maps.Keys(t.indexes)) {
		x := t.indexes[name]
		entry := indexDescription{
			IndexName: x.name, IndexArn: t.arn + "/index/" + x.name, KeySchema: x.key.elements(),
			Projection: x.projection,
		}
		if x.global {
			entry.IndexStatus = status
			out.GlobalSecondaryIndexes = append(out.GlobalSecondaryIndexes, entry)
		} else {
			out.LocalSecondaryIndexes = append(out.LocalSecondaryIndexes, entry)
		}
	}
	return out
}

func (t *table) definitions() []attributeDefinition {
	list := []attributeDefinition{}
	for _, name := range slices.Sorted(maps.Keys(t.types)) {
		list = append(list, attributeDefinition{name, t.types[name]})
	}
	return list
}

type describeInput struct{ TableName string }

type describeOutput struct{ Table *tableDescription }

func (s *tables) describe(c *service.Call, in *describeInput) (*describeOutput, error) {
	s.Lock()
	defer s.Unlock()
	t, err := s.named(c, in.TableName)
	if err != nil {
		return nil, err
	}
	return &describeOutput{t.describe("ACTIVE")}, nil
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

type removeInput struct{ TableName string }

func (s *tables) remove(c *service.Call, in *removeInput) (*tableResult, error) {
	s.Lock()
	defer s.Unlock()
	t, err := s.named(c, in.TableName)
	if err != nil {
		return nil, err
	}
	if t.protected {
		return nil, invalidDDB("Resource cannot be deleted as it is currently protected against deletion. Disable " +
			"deletion protection first.")
	}
	place := strings.Split(t.arn, ":")
	delete(s.In(place[4], place[3]), t.name)
	return &tableResult{t.describe("DELETING")}, nil
}

type listInput struct {
	ExclusiveStartTableName string
	Limit                   *int
}

type listOutput struct {
	LastEvaluatedTableName string `json:",omitempty"`
	TableNames             []string
}

func (s *tables) list(c *service.Call, in *listInput) (*listOutput, error) {
	limit := 100
	if in.Limit != nil {
		if limit = *in.Limit; limit < 1 || limit > 100 {
			return nil, invalidDDB(
				"1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member "+
					"must have value between 1 and 100", limit)
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
	out := &listOutput{TableNames: names}
	if len(names) > limit {
		out.TableNames, out.LastEvaluatedTableName = names[:limit], names[limit-1]
	}
	return out, nil
}
