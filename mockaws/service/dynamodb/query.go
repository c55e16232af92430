package dynamodb

import (
	"hash/fnv"
	"slices"

	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/dynamodb/ddb"
)

const maxPage = 1 << 20 // bytes of items that are read for one page

// searchInput are the members of Query and Scan.
type searchInput struct {
	IndexName         string
	FilterExpression  *string
	ExclusiveStartKey ddb.Item
	Limit             *int
	Select            string
	readInput
}

// search is a Query or Scan, parsed and checked.
type search struct {
	table      *table
	index      *tableIndex // nil for the table itself
	key        keySchema
	terms      []ddb.KeyTerm // of a Query: the partition key's first
	filter     *ddb.Condition
	projection *ddb.Projection
	backwards  bool
	in         *searchInput
}

// open finds the table and index, and checks what Query and Scan share.
func (in *searchInput) open(c *service.Call, s *tables) (*search, error) {
	t, err := s.find(c, in.TableName)
	if err != nil {
		return nil, err
	}
	q := &search{table: t, key: t.key, in: in}
	if in.IndexName != "" {
		if q.index = t.indexes[in.IndexName]; q.index == nil {
			return nil, invalidDDB("The table does not have the specified index: %s", in.IndexName)
		}
		q.key = q.index.key
		if q.index.global && in.ConsistentRead {
			return nil, invalidDDB("Consistent reads are not supported on global secondary indexes")
		}
	}
	if in.Limit != nil && *in.Limit < 1 {
		return nil, invalidDDB(
			"1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member "+
				"must have value greater than or equal to 1", *in.Limit)
	}
	if in.ExclusiveStartKey != nil {
		if err := q.checkStart(); err != nil {
			return nil, err
		}
	}
	return q, q.checkSelect()
}

func (q *search) checkStart() error {
	for _, name := range q.startNames() {
		if v, ok := q.in.ExclusiveStartKey[name]; !ok || v.Type != q.table.types[name] {
			return invalidDDB(
				"The provided starting key is invalid: The provided key element does not match the schema")
		}
	}
	if len(q.in.ExclusiveStartKey) != len(q.startNames()) {
		return invalidDDB("The provided starting key is invalid")
	}
	return nil
}

func (q *search) checkSelect() error {
	switch q.in.Select {
	case "", "COUNT":
	case "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES":
		if q.in.ProjectionExpression != nil {
			return invalidDDB("Cannot specify the ProjectionExpression when choosing to get %s", q.in.Select)
		}
		if q.in.Select == "ALL_PROJECTED_ATTRIBUTES" && q.index == nil {
			return invalidDDB("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
		}
	case "SPECIFIC_ATTRIBUTES":
		if q.in.ProjectionExpression == nil {
			return invalidDDB("SPECIFIC_ATTRIBUTES requires AttributesToGet or ProjectionExpression")
		}
	default:
		return invalidDDB(
			"1 validation error detected: Value '%s' at 'select' failed to satisfy constraint: Member must "+
				"satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
			q.in.Select)
	}
	return nil
}

// startNames lists the attributes of ExclusiveStartKey: the index's key, then the
// table's.
func (q *search) startNames() []string {
	names := q.key.names()
	for _, name := range q.table.key.names() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

type queryInput struct {
	KeyConditionExpression *string
	ScanIndexForward       *bool
	searchInput
}

func (s *tables) query(c *service.Call, in *queryInput) (*searchOutput, error) {
	if in.KeyConditionExpression == nil {
		return nil, invalidDDB(
			"Either the KeyConditions or KeyConditionExpression parameter must be specified in the " +
				"request.")
	}
	s.Lock()
	defer s.Unlock()
	x, err := in.context(in.KeyConditionExpression)
	if err != nil {
		return nil, err
	}
	filter, p, err := in.parse(x)
	if err != nil {
		return nil, err
	}
	q, err := in.open(c, s)
	if err != nil {
		return nil, err
	}
	q.filter, q.projection, q.backwards = filter, p, in.ScanIndexForward != nil && !*in.ScanIndexForward
	if q.terms, err = keyTermsOf(x, *in.KeyConditionExpression, q.key, q.table.types); err != nil {
		return nil, err
	}
	if err := x.Unused(); err != nil {
		return nil, ddbError(err)
	}
	if err := q.checkFilter(); err != nil {
		return nil, err
	}
	return q.run(q.rows()), nil
}

// parse reads the filter and the projection.
func (in *searchInput) parse(x *ddb.Context) (*ddb.Condition, *ddb.Projection, error) {
	filter, err := condition(x, "FilterExpression", in.FilterExpression)
	if err != nil {
		return nil, nil, err
	}
	p, err := projection(x, in.ProjectionExpression)
	return filter, p, err
}

// checkFilter: the filter of a Query must leave the key alone.
func (q *search) checkFilter() error {
	if q.filter == nil {
		return nil
	}
	for _, name := range q.filter.Attributes() {
		if slices.Contains(q.key.names(), name) {
			return invalidDDB(
				"Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", name)
		}
	}
	return nil
}

// keyTermsOf reads a KeyConditionExpression against a key schema: = on the
// partition key, and at most one comparison of the sort key.
func keyTermsOf(x *ddb.Context, source string, key keySchema, types map[string]ddb.Type) ([]ddb.KeyTerm, error) {
	cond, err := condition(x, "KeyConditionExpression", &source)
	if err != nil {
		return nil, err
	}
	terms, err := cond.KeyTerms()
	if err != nil {
		return nil, ddbError(err)
	}
	if i := slices.IndexFunc(terms, func(t ddb.KeyTerm) bool { return t.Attribute == key.partition }); i > 0 {
		terms[0], terms[i] = terms[i], terms[0]
	}
	switch {
	case terms[0].Attribute != key.partition:
		return nil, invalidDDB("Query condition missed key schema element: %s", key.partition)
	case terms[0].Operator != "=" || len(terms) > 2:
		return nil, invalidDDB("Query key condition not supported")
	case len(terms) == 2 && terms[1].Attribute != key.sort:
		missed := key.sort
		if missed == "" {
			return nil, invalidDDB("Query key condition not supported")
		}
		return nil, invalidDDB("Query condition missed key schema element: %s", missed)
	}
	for _, term := range terms {
		for _, v := range term.Values {
			if v.Type != types[term.Attribute] {
				return nil, invalidDDB(
					"One or more parameter values were invalid: Condition parameter type does not match " +
						"schema type")
			}
		}
	}
	return terms, nil
}

type scanInput struct {
	Segment, TotalSegments *int
	searchInput
}

func (s *tables) scan(c *service.Call, in *scanInput) (*searchOutput, error) {
	s.Lock()
	defer s.Unlock()
	x, err := in.context(in.FilterExpression, in.ProjectionExpression)
	if err != nil {
		return nil, err
	}
	filter, p, err := in.parse(x)
	if err != nil {
		return nil, err
	}
	if err := x.Unused(); err != nil {
		return nil, ddbError(err)
	}
	q, err := in.open(c, s)
	if err != nil {
		return nil, err
	}
	q.filter, q.projection = filter, p
	rows, err := q.segment(in.Segment, in.TotalSegments)
	if err != nil {
		return nil, err
	}
	return q.run(rows), nil
}

// segment keeps the rows of one worker of a parallel scan.
func (q *search) segment(segment, total *int) ([]ddb.Item, error) {
	rows := q.rows()
	switch {
	case segment == nil && total == nil:
		return rows, nil
	case segment == nil || total == nil:
		return nil, invalidDDB(
			"The TotalSegments parameter is required but was not present in the request when Segment " +
				"parameter is present, and the other way round")
	case *total < 1 || *segment < 0 || *segment >= *total:
		return nil, invalidDDB("The Segment parameter is zero-based and must be less than parameter TotalSegments: "+
			"Segment: %d is not less than TotalSegments: %d", *segment, *total)
	}
	return slices.DeleteFunc(rows, func(item ddb.Item) bool {
		h := fnv.New32a()
		h.Write([]byte(item[q.key.partition].Key()))
		return int(h.Sum32()%uint32(*total)) != *segment
	}), nil
}

// rows are the items that the key terms select, in order.
func (q *search) rows() []ddb.Item {
	var rows []ddb.Item
	for _, item := range q.table.items {
		if q.has(item) {
			rows = append(rows, item)
		}
	}
	slices.SortFunc(rows, q.order)
	if q.backwards {
		slices.Reverse(rows)
	}
	return rows
}

// has reports whether the index holds the item and the key terms select it.
func (q *search) has(item ddb.Item) bool {
	for _, name := range q.key.names() {
		if _, ok := item[name]; !ok {
			return false
		}
	}
	for i := range q.terms {
		if !q.terms[i].Match(item[q.terms[i].Attribute]) {
			return false
		}
	}
	return true
}

// order sorts by partition key, then by sort key. AWS sorts partition keys by an
// unpublished hash instead.
func (q *search) order(a, b ddb.Item) int {
	for _, name := range q.startNames() {
		if d, _ := a[name].Compare(b[name]); d != 0 {
			return d
		}
	}
	return 0
}

type searchOutput struct {
	ConsumedCapacity *capacity `json:",omitempty"`
	Count            int
	Items            []ddb.Item `json:",omitzero"` // none where only their number is asked for
	LastEvaluatedKey ddb.Item   `json:",omitzero"`
	ScannedCount     int
}

// run reads a page: up to Limit items and 1 MB before the filter.
func (q *search) run(rows []ddb.Item) *searchOutput {
	if q.in.ExclusiveStartKey != nil {
		rows = slices.DeleteFunc(rows, func(item ddb.Item) bool {
			d := q.order(item, q.in.ExclusiveStartKey)
			return !q.backwards && d <= 0 || q.backwards && d >= 0
		})
	}
	found, scanned, size := []ddb.Item{}, 0, 0
	more := false
	for _, item := range rows {
		if q.in.Limit != nil && scanned == *q.in.Limit || size > 0 && size+item.Size() > maxPage {
			more = true
			break
		}
		scanned++
		size += item.Size()
		if item = q.indexed(item); q.filter.Match(item) {
			found = append(found, q.projection.Apply(item))
		}
	}
	// A page that Limit ends has a LastEvaluatedKey, even if nothing follows.
	more = more || q.in.Limit != nil && scanned == *q.in.Limit && scanned > 0
	used := readUnits(size, q.in.ConsistentRead)
	out := &searchOutput{
		Count: len(found), ScannedCount: scanned,
		ConsumedCapacity: consumed(q.in.ReturnConsumedCapacity, q.table.name, used),
	}
	if q.in.Select != "COUNT" {
		out.Items = found
	}
	if more {
		out.LastEvaluatedKey = ddb.Item{}
		for _, name := range q.startNames() {
			out.LastEvaluatedKey[name] = rows[scanned-1][name]
		}
	}
	return out
}

// indexed is the part of an item that the index has. A local index fetches the
// rest from the table if it is asked for all.
func (q *search) indexed(item ddb.Item) ddb.Item {
	if q.index == nil || q.index.projection.ProjectionType == "ALL" || !q.index.global &&
		q.in.Select == "ALL_ATTRIBUTES" {
		return item
	}
	names := q.startNames()
	if q.index.projection.ProjectionType == "INCLUDE" {
		names = append(names, q.index.projection.NonKeyAttributes...)
	}
	return ddb.Attributes(names...).Apply(item)
}
