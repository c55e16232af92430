package dynamodb

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/dynamodb/ddb"
)

// Limits of items
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
const (
	maxPartitionKey = 2048 // bytes
	maxSortKey      = 1024
)

// expressionInput are the members of every call that has expressions.
type expressionInput struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]ddb.Value
}

// readInput are the members of every call that reads items.
type readInput struct {
	TableName              string
	ProjectionExpression   *string
	ReturnConsumedCapacity string
	ConsistentRead         bool
	expressionInput
}

// writeInput are the members of every call that writes one item.
type writeInput struct {
	TableName                           string
	ConditionExpression                 *string
	ReturnValues                        string
	ReturnValuesOnConditionCheckFailure string
	ReturnConsumedCapacity              string
	ReturnItemCollectionMetrics         service.Ignored
	expressionInput
}

// context checks what every request with expressions must keep to: no names or
// values without an expression.
func (in *expressionInput) context(expressions ...*string) (*ddb.Context, error) {
	if !slices.ContainsFunc(expressions, func(x *string) bool { return x != nil }) {
		if in.ExpressionAttributeNames != nil {
			return nil, invalidDDB("ExpressionAttributeNames can only be specified when using expressions")
		}
		if in.ExpressionAttributeValues != nil {
			return nil, invalidDDB("ExpressionAttributeValues can only be specified when using expressions: %s",
				"no expression is given")
		}
	}
	x, err := ddb.NewContext(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	return x, ddbError(err)
}

func condition(x *ddb.Context, kind string, source *string) (*ddb.Condition, error) {
	if source == nil {
		return nil, nil
	}
	c, err := x.Condition(kind, *source)
	return c, ddbError(err)
}

func projection(x *ddb.Context, source *string) (*ddb.Projection, error) {
	if source == nil {
		return nil, nil
	}
	p, err := x.Projection(*source)
	return p, ddbError(err)
}

// rowKey names an item within its table.
func (t *table) rowKey(item ddb.Item) string {
	var b strings.Builder
	for _, name := range t.key.names() {
		key := item[name].Key()
		b.WriteString(strconv.Itoa(len(key)) + ":" + key)
	}
	return b.String()
}

// checkKey wants exactly the key attributes, of the right types.
func (t *table) checkKey(key ddb.Item) error {
	names := t.key.names()
	if len(key) != len(names) {
		return invalidDDB("The provided key element does not match the schema")
	}
	for _, name := range names {
		if v, ok := key[name]; !ok || v.Type != t.types[name] {
			return invalidDDB("The provided key element does not match the schema")
		}
	}
	return t.checkKeySizes(key)
}

func (t *table) checkKeySizes(item ddb.Item) error {
	for i, name := range t.key.names() {
		v := item[name]
		if v.Text == "" {
			kind := map[ddb.Type]string{ddb.String: "string", ddb.Binary: "binary"}[v.Type]
			return invalidDDB(
				"One or more parameter values are not valid. The AttributeValue for a key attribute cannot "+
					"contain an empty %s value. Key: %s", kind, name)
		}
		if most := []int{maxPartitionKey, maxSortKey}[i]; v.Type != ddb.Number && len(v.Text) > most {
			return invalidDDB(
				"One or more parameter values were invalid: Size of key attribute %s has exceeded the maximum "+
					"size limit of %d bytes", name, most)
		}
	}
	return nil
}

// checkItem checks the types of the table's key attributes, which must all be
// there, and of any index key attributes that are.
func (t *table) checkItem(item ddb.Item) error {
	for _, name := range t.key.names() {
		v, ok := item[name]
		if !ok {
			return invalidDDB("One or more parameter values were invalid: Missing the key %s in the item", name)
		}
		if v.Type != t.types[name] {
			return invalidDDB(
				"One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s",
				name, t.types[name], v.Type)
		}
	}
	for _, x := range t.indexes {
		for _, name := range x.key.names() {
			if v, ok := item[name]; ok && v.Type != t.types[name] {
				return invalidDDB(
					"One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s "+
						"Actual: %s IndexName: %s", name, t.types[name], v.Type, x.name)
			}
		}
	}
	if item.Size() > ddb.MaxItem {
		return invalidDDB("Item size has exceeded the maximum allowed size")
	}
	return t.checkKeySizes(item)
}

// consumed is the ConsumedCapacity of an operation; the units are estimated from
// the sizes of items.
func consumed(how, table string, units float64) *capacity {
	switch how {
	case "TOTAL":
		return &capacity{CapacityUnits: units, TableName: table}
	case "INDEXES":
		return &capacity{CapacityUnits: units, Table: &tableUnits{units}, TableName: table}
	}
	return nil
}

type capacity struct {
	CapacityUnits float64
	Table         *tableUnits `json:",omitempty"`
	TableName     string
}

type tableUnits struct{ CapacityUnits float64 }

// readUnits: half a unit for each 4 KB, or one if the read is consistent.
func readUnits(size int, consistent bool) float64 {
	units := float64(max(1, (size+4095)/4096)) / 2
	if consistent {
		units *= 2
	}
	return units
}

// writeUnits: one for each KB.
func writeUnits(items ...ddb.Item) float64 {
	size := 0
	for _, item := range items {
		size = max(size, item.Size())
	}
	return float64(max(1, (size+1023)/1024))
}

// writeOutput is what the operations return that write one item.
type writeOutput struct {
	Attributes       ddb.Item  `json:",omitzero"`
	ConsumedCapacity *capacity `json:",omitempty"`
}

type getItemInput struct {
	Key ddb.Item
	readInput
}

type getItemOutput struct {
	ConsumedCapacity *capacity `json:",omitempty"`
	Item             ddb.Item  `json:",omitzero"`
}

func (s *tables) getItem(c *service.Call, in *getItemInput) (*getItemOutput, error) {
	x, err := in.context(in.ProjectionExpression)
	if err != nil {
		return nil, err
	}
	p, err := projection(x, in.ProjectionExpression)
	if err != nil {
		return nil, err
	}
	if err := x.Unused(); err != nil {
		return nil, ddbError(err)
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, in.TableName)
	if err != nil {
		return nil, err
	}
	if err := t.checkKey(in.Key); err != nil {
		return nil, err
	}
	item, ok := t.items[t.rowKey(in.Key)]
	used := readUnits(item.Size(), in.ConsistentRead)
	out := &getItemOutput{ConsumedCapacity: consumed(in.ReturnConsumedCapacity, t.name, used)}
	if ok {
		out.Item = p.Apply(item)
	}
	return out, nil
}

// checkReturn wants ReturnValues to be one that the operation has.
func checkReturn(value string, allowed ...string) error {
	switch {
	case value == "" || slices.Contains(allowed, value):
		return nil
	case slices.Contains([]string{"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}, value):
		return invalidDDB("ReturnValues can only be %s", strings.Join(allowed, " or "))
	}
	return invalidDDB("1 validation error detected: Value '%s' at 'returnValues' failed to satisfy constraint: Member "+
		"must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]", value)
}

// prepare parses a write's condition.
func (in *writeInput) prepare(others ...*string) (*ddb.Context, *ddb.Condition, error) {
	x, err := in.context(append(others, in.ConditionExpression)...)
	if err != nil {
		return nil, nil, err
	}
	cond, err := condition(x, "ConditionExpression", in.ConditionExpression)
	return x, cond, err
}

// whole is prepare for a write of a whole item, which has no other expression.
func (in *writeInput) whole() (*ddb.Condition, error) {
	if err := checkReturn(in.ReturnValues, "ALL_OLD", "NONE"); err != nil {
		return nil, err
	}
	x, cond, err := in.prepare()
	if err != nil {
		return nil, err
	}
	if err := x.Unused(); err != nil {
		return nil, ddbError(err)
	}
	return cond, nil
}

// check is the answer to a condition that is not met.
func (in *writeInput) check(cond *ddb.Condition, old ddb.Item) error {
	if cond.Match(old) {
		return nil
	}
	e := service.Errorf("ConditionalCheckFailedException", "The conditional request failed")
	if in.ReturnValuesOnConditionCheckFailure == "ALL_OLD" && old != nil {
		e.Members = map[string]any{"Item": old}
	}
	return e
}

type putItemInput struct {
	Item ddb.Item
	writeInput
}

func (s *tables) putItem(c *service.Call, in *putItemInput) (*writeOutput, error) {
	cond, err := in.whole()
	if err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, in.TableName)
	if err != nil {
		return nil, err
	}
	if err := t.checkItem(in.Item); err != nil {
		return nil, err
	}
	row := t.rowKey(in.Item)
	old := t.items[row]
	if err := in.check(cond, old); err != nil {
		return nil, err
	}
	t.items[row] = in.Item
	out := &writeOutput{ConsumedCapacity: consumed(in.ReturnConsumedCapacity, t.name, writeUnits(old, in.Item))}
	if in.ReturnValues == "ALL_OLD" {
		out.Attributes = old
	}
	return out, nil
}

type deleteItemInput struct {
	Key ddb.Item
	writeInput
}

func (s *tables) deleteItem(c *service.Call, in *deleteItemInput) (*writeOutput, error) {
	cond, err := in.whole()
	if err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, in.TableName)
	if err != nil {
		return nil, err
	}
	if err := t.checkKey(in.Key); err != nil {
		return nil, err
	}
	row := t.rowKey(in.Key)
	old := t.items[row]
	if err := in.check(cond, old); err != nil {
		return nil, err
	}
	delete(t.items, row)
	out := &writeOutput{ConsumedCapacity: consumed(in.ReturnConsumedCapacity, t.name, writeUnits(old))}
	if in.ReturnValues == "ALL_OLD" {
		out.Attributes = old
	}
	return out, nil
}

// updateItem is judged like every call, and then answered that it is not here: an
// UpdateExpression is a language of its own, which says nothing about credentials.
func updateItem(c *service.Call) (any, error) {
	return nil, c.Unimplemented("the operation itself (PutItem and DeleteItem with conditions are here; start " +
		"the mock with --upstream dynamodb=URL to have an emulator of DynamoDB evaluate expressions)")
}
