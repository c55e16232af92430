package dynamodb

import (
	"maps"
	"slices"

	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/dynamodb/ddb"
)

// firstTableARN is what the pipeline asks IAM for; the handler asks for the
// other tables of a batch.
func firstTableARN(c *service.Call) string {
	names := batchTables(c)
	if len(names) == 0 {
		return "*"
	}
	return tableARNOf(c, names[0])
}

func batchTables(c *service.Call) []string {
	var in struct{ RequestItems map[string]any }
	if c.Peek(&in) != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(in.RequestItems))
}

// authorizeTables asks IAM for every table of a batch, of which there must be one.
func authorizeTables(c *service.Call) error {
	names := batchTables(c)
	if len(names) == 0 {
		return invalidDDB("1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: " +
			"Member must have length greater than or equal to 1")
	}
	for _, name := range names {
		if err := c.Authorize(c.Operation.Action, tableARNOf(c, name), nil); err != nil {
			return err
		}
	}
	return nil
}

const (
	maxBatchGet   = 100
	maxBatchWrite = 25
)

type batchGetInput struct {
	RequestItems map[string]struct {
		Keys                     []ddb.Item
		ConsistentRead           bool
		ProjectionExpression     *string
		ExpressionAttributeNames map[string]string
	}
	ReturnConsumedCapacity string
}

type batchGetOutput struct {
	ConsumedCapacity []*capacity `json:",omitempty"`
	Responses        map[string][]ddb.Item
	UnprocessedKeys  struct{} // none
}

func (s *tables) batchGet(c *service.Call, in *batchGetInput) (*batchGetOutput, error) {
	if err := authorizeTables(c); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	out, total := &batchGetOutput{Responses: map[string][]ddb.Item{}}, 0
	for _, name := range batchTables(c) {
		r := in.RequestItems[name]
		if total += len(r.Keys); len(r.Keys) == 0 || total > maxBatchGet {
			return nil, invalidDDB(
				"1 validation error detected: Too many or no items requested for the BatchGetItem call")
		}
		x, err := (&expressionInput{ExpressionAttributeNames: r.ExpressionAttributeNames}).context(
			r.ProjectionExpression)
		if err != nil {
			return nil, err
		}
		p, err := projection(x, r.ProjectionExpression)
		if err != nil {
			return nil, err
		}
		if err := x.Unused(); err != nil {
			return nil, ddbError(err)
		}
		t, err := s.find(c, name)
		if err != nil {
			return nil, err
		}
		found, units, err := t.getAll(r.Keys, p, r.ConsistentRead)
		if err != nil {
			return nil, err
		}
		out.Responses[name] = found
		if u := consumed(in.ReturnConsumedCapacity, t.name, units); u != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, u)
		}
	}
	return out, nil
}

func (t *table) getAll(keys []ddb.Item, p *ddb.Projection, consistent bool) ([]ddb.Item, float64, error) {
	found, units, seen := []ddb.Item{}, 0.0, map[string]bool{}
	for _, key := range keys {
		if err := t.checkKey(key); err != nil {
			return nil, 0, err
		}
		row := t.rowKey(key)
		if seen[row] {
			return nil, 0, invalidDDB("Provided list of item keys contains duplicates")
		}
		seen[row] = true
		item, ok := t.items[row]
		if units += readUnits(item.Size(), consistent); ok {
			found = append(found, p.Apply(item))
		}
	}
	return found, units, nil
}

type writeRequest struct {
	PutRequest    *struct{ Item ddb.Item }
	DeleteRequest *struct{ Key ddb.Item }
}

type batchWriteInput struct {
	RequestItems                map[string][]writeRequest
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics service.Ignored
}

type batchWriteOutput struct {
	ConsumedCapacity []*capacity `json:",omitempty"`
	UnprocessedItems struct{}    // none
}

func (s *tables) batchWrite(c *service.Call, in *batchWriteInput) (*batchWriteOutput, error) {
	if err := authorizeTables(c); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	var writes []func()
	out, total := &batchWriteOutput{}, 0
	for _, name := range batchTables(c) {
		requests := in.RequestItems[name]
		if total += len(requests); len(requests) == 0 || total > maxBatchWrite {
			return nil, invalidDDB(
				"1 validation error detected: Too many or no items requested for the BatchWriteItem call")
		}
		t, err := s.find(c, name)
		if err != nil {
			return nil, err
		}
		of, units, err := t.writes(requests)
		if err != nil {
			return nil, err
		}
		writes = append(writes, of...)
		if u := consumed(in.ReturnConsumedCapacity, t.name, units); u != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, u)
		}
	}
	for _, write := range writes { // only when nothing is wrong with any
		write()
	}
	return out, nil
}

// writes checks a table's part of a batch.
func (t *table) writes(requests []writeRequest) (writes []func(), units float64, err error) {
	seen := map[string]bool{}
	for _, r := range requests {
		var row string
		switch {
		case (r.PutRequest == nil) == (r.DeleteRequest == nil):
			return nil, 0, invalidDDB(
				"Supplied AttributeValue has more than one datatypes set, must contain exactly one of " +
					"the supported datatypes")
		case r.PutRequest != nil:
			if err := t.checkItem(r.PutRequest.Item); err != nil {
				return nil, 0, err
			}
			row = t.rowKey(r.PutRequest.Item)
			writes = append(writes, func() { t.items[row] = r.PutRequest.Item })
			units += writeUnits(r.PutRequest.Item)
		default:
			if err := t.checkKey(r.DeleteRequest.Key); err != nil {
				return nil, 0, err
			}
			row = t.rowKey(r.DeleteRequest.Key)
			writes = append(writes, func() { delete(t.items, row) })
			units++
		}
		if seen[row] {
			return nil, 0, invalidDDB("Provided list of item keys contains duplicates")
		}
		seen[row] = true
	}
	return writes, units, nil
}
