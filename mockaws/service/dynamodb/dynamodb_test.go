package dynamodb_test

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

type item = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

func textOf(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	}
	return ""
}

// orders is a table of orders by customer and number, with an index by state
// and total.
func orders(t *testing.T, w *mocktest.World) *dynamodb.Client {
	t.Helper()
	client := dynamodb.NewFromConfig(w.Good())
	attribute := func(name string, kind types.ScalarAttributeType) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: kind}
	}
	key := func(hash, sort string) []types.KeySchemaElement {
		return []types.KeySchemaElement{{AttributeName: &hash, KeyType: types.KeyTypeHash}, {AttributeName: &sort,
			KeyType: types.KeyTypeRange}}
	}
	created, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("orders"), BillingMode: types.BillingModePayPerRequest, KeySchema: key("customer", "nr"),
		AttributeDefinitions: []types.AttributeDefinition{attribute("customer", "S"), attribute("nr", "N"),
			attribute("stage", "S"), attribute("price", "N")},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{IndexName: aws.String("by-stage"), KeySchema: key("stage",
			"price"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}}},
		LocalSecondaryIndexes: []types.LocalSecondaryIndex{{IndexName: aws.String("by-price"),
			KeySchema:  key("customer", "price"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll}}},
	})
	if err != nil || created.TableDescription.TableStatus != types.TableStatusCreating {
		t.Fatalf("created %v, %v", created, err)
	}
	for _, row := range []struct{ customer, no, stage, price string }{
		{"alice", "1", "open", "30"}, {"alice", "2", "done", "10"}, {"alice", "10", "open", "20"},
		{"bob", "1", "open", "5"}, {"carol", "1", "", ""},
	} {
		it := item{"customer": str(row.customer), "nr": num(row.no), "note": str("n" + row.no)}
		if row.stage != "" {
			it["stage"], it["price"] = str(row.stage), num(row.price)
		}
		if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("orders"),
			Item: it}); err != nil {
			t.Fatal(err)
		}
	}
	return client
}

func TestDynamoDBTables(t *testing.T) {
	w := mocktest.New(t)
	client := orders(t, w)
	ctx := t.Context()
	out, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	if d := out.Table; d.TableStatus != types.TableStatusActive || *d.ItemCount != 5 ||
		*d.TableArn != "arn:aws:dynamodb:us-east-1:111122223333:table/orders" ||
		len(d.GlobalSecondaryIndexes) != 1 || len(d.LocalSecondaryIndexes) != 1 ||
		*d.KeySchema[1].AttributeName != "nr" || d.BillingModeSummary.BillingMode != types.BillingModePayPerRequest {
		t.Errorf("described %+v", d)
	}
	list, err := client.ListTables(ctx, &dynamodb.ListTablesInput{})
	if err != nil || !slices.Equal(list.TableNames, []string{"orders"}) {
		t.Errorf("listed %v, %v", list, err)
	}
	_, err = client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("absent")})
	mocktest.WantError(t, err, "ResourceNotFoundException", "Requested resource not found: Table: absent not found")
	_, err = client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("absent"), Key: item{"id": str("x")}})
	mocktest.WantError(t, err, "ResourceNotFoundException", "Requested resource not found")
	_, err = client.CreateTable(ctx, &dynamodb.CreateTableInput{TableName: aws.String("orders"),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "S"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: "HASH"}}})
	mocktest.WantError(t, err, "ResourceInUseException", "Table already exists: orders")
	_, err = client.CreateTable(ctx, &dynamodb.CreateTableInput{TableName: aws.String("other"),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "S"},
			{AttributeName: aws.String("unused"), AttributeType: "S"}},
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: "HASH"}}})
	mocktest.WantError(t, err, "ValidationException", "One or more parameter values were invalid: Number of "+
		"attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	if _, err := client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String("orders")}); err != nil {
		t.Fatal(err)
	}
	_, err = client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String("orders")})
	mocktest.WantError(t, err, "ResourceNotFoundException", "")
}

func TestDynamoDBItems(t *testing.T) {
	w := mocktest.New(t)
	client := orders(t, w)
	ctx := t.Context()
	table, key := aws.String("orders"), item{"customer": str("alice"), "nr": num("1.0")} // the same number as 1
	got, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key,
		ProjectionExpression:     aws.String("note, #s"),
		ExpressionAttributeNames: map[string]string{"#s": "stage"},
		ReturnConsumedCapacity:   types.ReturnConsumedCapacityTotal, ConsistentRead: aws.Bool(true)})
	if err != nil || len(got.Item) != 2 || textOf(got.Item["stage"]) != "open" ||
		*got.ConsumedCapacity.CapacityUnits != 1 {
		t.Errorf("got %v, %v", got, err)
	}
	if none, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: item{"customer": str("zoe"),
		"nr": num("1")}}); err != nil || none.Item != nil {
		t.Errorf("got %v, %v", none, err)
	}

	// The create-once and the optimistic lock that real clients write.
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item{"customer": str("alice"),
		"nr": num("1")}, ConditionExpression: aws.String("attribute_not_exists(customer)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld})
	mocktest.WantError(t, err, "ConditionalCheckFailedException", "The conditional request failed")
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) || textOf(failed.Item["note"]) != "n1" {
		t.Errorf("the item that is there: %v", failed)
	}
	if e := w.Last(t); e.Status != 400 || !e.Verdict.Accepted {
		t.Errorf("exchange: %s", &e)
	}
	_, err = client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: key,
		ConditionExpression: aws.String("price = :p"), ExpressionAttributeValues: item{":p": num("1")}})
	mocktest.WantError(t, err, "ConditionalCheckFailedException", "")
	old, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: key,
		ConditionExpression: aws.String("price <> :p"), ExpressionAttributeValues: item{":p": num("1")},
		ReturnValues: types.ReturnValueAllOld})
	if err != nil || textOf(old.Attributes["note"]) != "n1" {
		t.Errorf("deleted %v, %v", old, err)
	}
}

func TestDynamoDBRefusesWhatIsWrong(t *testing.T) {
	w := mocktest.New(t)
	client := orders(t, w)
	ctx := t.Context()
	table := aws.String("orders")
	put := func(it item) error {
		_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: it})
		return err
	}
	get := func(key item) error {
		_, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key})
		return err
	}
	query := func(condition, filter string, values item) error {
		in := &dynamodb.QueryInput{TableName: table, KeyConditionExpression: &condition,
			ExpressionAttributeValues: values}
		if filter != "" {
			in.FilterExpression = &filter
		}
		_, err := client.Query(ctx, in)
		return err
	}
	for want, err := range map[string]error{
		"One or more parameter values were invalid: Missing the key nr in the item": put(
			item{"customer": str("x")}),
		"One or more parameter values were invalid: Type mismatch for key nr expected: N actual: S": put(
			item{"customer": str("x"), "nr": str("1")}),
		"One or more parameter values were invalid: Type mismatch for Index Key price Expected: N Actual: S " +
			"IndexName: by-": put(item{"customer": str("x"), "nr": num("1"), "price": str("1")}),
		"One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
			"string value. Key: customer": put(item{"customer": str(""), "nr": num("1")}),
		"The parameter cannot be converted to a numeric value: one": put(
			item{"customer": str("x"), "nr": num("one")}),
		"Item size has exceeded the maximum allowed size": put(
			item{"customer": str("x"), "nr": num("1"), "a": str(strings.Repeat("x", 400<<10))}),
		"The provided key element does not match the schema": get(
			item{"customer": str("x")}),
		"Query condition missed key schema element: customer": query(
			"nr = :n", "", item{":n": num("2")}),
		"Query condition missed key schema element: nr": query(
			"customer = :c AND note = :c", "", item{":c": str("x")}),
		"Query key condition not supported": query(
			"customer > :c", "", item{":c": str("x")}),
		"One or more parameter values were invalid: Condition parameter type does not match schema type": query(
			"customer = :n", "", item{":n": num("2")}),
		"Filter Expression can only contain non-primary key attributes: Primary key attribute: nr": query(
			"customer = :c", "nr > :n", item{":c": str("x"), ":n": num("2")}),
		"Invalid KeyConditionExpression: Syntax error; token: \"<EOF>\", near: \"= \"": query(
			"customer = ", "", nil),
	} {
		if err == nil || !strings.Contains(err.Error(), "ValidationException: "+want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	// What this mock lacks is a 501 that names it, and never a silent yes.
	_, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table,
		Key: item{"customer": str("x"), "nr": num("1")}, UpdateExpression: aws.String("SET a = :n"),
		ExpressionAttributeValues: item{":n": num("1")}})
	if e := w.Last(t); err == nil || e.Status != 501 || e.Verdict.Principal == "" ||
		!strings.Contains(e.Verdict.Refusal.Detail, "--upstream dynamodb=") {
		t.Errorf("exchange: %s", &e)
	}
	_, err = client.Query(ctx, &dynamodb.QueryInput{TableName: table,
		KeyConditions: map[string]types.Condition{"customer": {ComparisonOperator: "EQ",
			AttributeValueList: []types.AttributeValue{str("x")}}}})
	if e := w.Last(t); err == nil || e.Status != 501 || !strings.Contains(e.Verdict.Refusal.Detail, "KeyConditions") {
		t.Errorf("exchange: %s", &e)
	}
}

func TestDynamoDBQueryAndScan(t *testing.T) {
	w := mocktest.New(t)
	client := orders(t, w)
	ctx := t.Context()
	table := aws.String("orders")
	numbers := func(items []item) string {
		var all []string
		for _, it := range items {
			all = append(all, textOf(it["customer"])+"/"+textOf(it["nr"]))
		}
		return strings.Join(all, " ")
	}
	for name, row := range map[string]struct {
		in   dynamodb.QueryInput
		want string
	}{
		"by key": {dynamodb.QueryInput{KeyConditionExpression: aws.String("customer = :c"),
			ExpressionAttributeValues: item{":c": str("alice")}}, "alice/1 alice/2 alice/10"},
		"backwards": {dynamodb.QueryInput{KeyConditionExpression: aws.String("customer = :c"),
			ExpressionAttributeValues: item{":c": str("alice")}, ScanIndexForward: aws.Bool(false)},
			"alice/10 alice/2 alice/1"},
		"a range": {dynamodb.QueryInput{KeyConditionExpression: aws.String(
			"customer = :c AND #nr BETWEEN :a AND :b"), ExpressionAttributeNames: map[string]string{"#nr": "nr"},
			ExpressionAttributeValues: item{":c": str("alice"), ":a": num("2"), ":b": num("10")}}, "alice/2 alice/10"},
		"the sort key once": {dynamodb.QueryInput{KeyConditionExpression: aws.String("nr > :a AND customer = :c"),
			ExpressionAttributeValues: item{":c": str("alice"), ":a": num("2")}}, "alice/10"},
		"filtered": {dynamodb.QueryInput{KeyConditionExpression: aws.String("customer = :c"),
			FilterExpression:          aws.String("stage = :s AND price < :p"),
			ExpressionAttributeValues: item{":c": str("alice"), ":s": str("open"), ":p": num("25")}}, "alice/10"},
		"a global index": {dynamodb.QueryInput{IndexName: aws.String("by-stage"),
			KeyConditionExpression:    aws.String("stage = :s AND price > :p"),
			ExpressionAttributeValues: item{":s": str("open"), ":p": num("5")}}, "alice/10 alice/1"},
		"a local index": {dynamodb.QueryInput{IndexName: aws.String("by-price"),
			KeyConditionExpression: aws.String("customer = :c"), ExpressionAttributeValues: item{":c": str("alice")}},
			"alice/2 alice/10 alice/1"},
		"nobody": {dynamodb.QueryInput{KeyConditionExpression: aws.String("customer = :c"),
			ExpressionAttributeValues: item{":c": str("zoe")}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			row.in.TableName = table
			out, err := client.Query(ctx, &row.in)
			if err != nil || numbers(out.Items) != row.want || int(out.Count) != len(out.Items) {
				t.Fatalf("got %v, %v; want %s", out, err, row.want)
			}
			// The same, one item a page.
			row.in.Limit = aws.Int32(1)
			var all []item
			pages := dynamodb.NewQueryPaginator(client, &row.in)
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, page.Items...)
			}
			if numbers(all) != row.want {
				t.Errorf("page by page: %s", numbers(all))
			}
		})
	}
	keysOnly, err := client.Query(ctx, &dynamodb.QueryInput{TableName: table, IndexName: aws.String("by-stage"),
		KeyConditionExpression: aws.String("stage = :s"), ExpressionAttributeValues: item{":s": str("done")}})
	if err != nil || len(keysOnly.Items) != 1 || len(keysOnly.Items[0]) != 4 || keysOnly.Items[0]["note"] != nil {
		t.Errorf("an index of keys only: %v, %v", keysOnly, err)
	}
	count, err := client.Query(ctx, &dynamodb.QueryInput{TableName: table,
		KeyConditionExpression: aws.String("customer = :c"), FilterExpression: aws.String("stage = :s"),
		ExpressionAttributeValues: item{":c": str("alice"), ":s": str("open")}, Select: types.SelectCount})
	if err != nil || count.Count != 2 || count.ScannedCount != 3 || count.Items != nil {
		t.Errorf("counted %v, %v", count, err)
	}

	scanned, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: table,
		FilterExpression: aws.String("contains(note, :n)"), ExpressionAttributeValues: item{":n": str("1")}})
	if err != nil || scanned.Count != 4 || scanned.ScannedCount != 5 {
		t.Errorf("scanned %v, %v", scanned, err)
	}
	index, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: table, IndexName: aws.String("by-stage")})
	if err != nil || index.Count != 4 {
		t.Errorf("an index has only the items with its keys: %v, %v", index, err)
	}
	total := 0
	for segment := range int32(3) {
		part, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: table, Segment: aws.Int32(segment),
			TotalSegments: aws.Int32(3)})
		if err != nil {
			t.Fatal(err)
		}
		total += len(part.Items)
	}
	if total != 5 {
		t.Errorf("three segments have %d items", total)
	}
}

func TestDynamoDBBatches(t *testing.T) {
	w := mocktest.New(t)
	client := orders(t, w)
	ctx := t.Context()
	_, err := client.BatchWriteItem(ctx,
		&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"orders": {
			{PutRequest: &types.PutRequest{Item: item{"customer": str("dave"), "nr": num("1")}}},
			{DeleteRequest: &types.DeleteRequest{Key: item{"customer": str("bob"), "nr": num("1")}}},
		}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.BatchGetItem(ctx,
		&dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"orders": {
			Keys: []item{{"customer": str("dave"), "nr": num("1")}, {"customer": str("bob"), "nr": num("1")},
				{"customer": str("alice"), "nr": num("2")}}, ProjectionExpression: aws.String("customer")}}})
	if err != nil || len(got.Responses["orders"]) != 2 || len(got.UnprocessedKeys) != 0 ||
		len(got.Responses["orders"][0]) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = client.BatchWriteItem(ctx,
		&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"orders": {
			{PutRequest: &types.PutRequest{Item: item{"customer": str("erin"), "nr": num("1")}}},
			{PutRequest: &types.PutRequest{Item: item{"customer": str("erin"), "nr": num("1")}}},
		}}})
	mocktest.WantError(t, err, "ValidationException", "Provided list of item keys contains duplicates")
	if none, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("orders"),
		Key: item{"customer": str("erin"), "nr": num("1")}}); err != nil || none.Item != nil {
		t.Errorf("a batch that is refused has written %v, %v", none, err)
	}
	reader := dynamodb.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "reader", Policies: []iam.PolicySeed{{Document: `{
		"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "dynamodb:BatchGetItem", "Resource": "arn:aws:dynamodb:*:*:table/a*"}}`}}}))
	_, err = reader.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		"aaa": {Keys: []item{{"id": str("x")}}}, "orders": {Keys: []item{{"id": str("x")}}}}})
	mocktest.WantError(t, err, "AccessDeniedException",
		"User: arn:aws:iam::111122223333:user/reader is not authorized to perform: dynamodb:BatchGetItem on resource: "+
			"arn:aws:dynamodb:us-east-1:111122223333:table/orders because no identity-based policy allows the "+
			"dynamodb:BatchGetItem action")
}

// Policies see tables, indexes and the leading keys of items.
func TestDynamoDBPolicies(t *testing.T) {
	w := mocktest.New(t)
	orders(t, w)
	ctx := t.Context()
	client := dynamodb.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "alice", Policies: []iam.PolicySeed{{Document: `{
		"Version": "2012-10-17", "Statement": [
			{"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"],
			 "Resource": "arn:aws:dynamodb:*:111122223333:table/orders",
			 "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}, "Null": {"dynamodb:LeadingKeys": "false"}}}]}`}}}))
	table := aws.String("orders")
	for customer, allowed := range map[string]bool{"alice": true, "bob": false} {
		_, get := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: item{"customer": str(customer),
			"nr": num("1")}})
		_, put := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item{"customer": str(customer),
			"nr": num("7")}})
		_, query := client.Query(ctx, &dynamodb.QueryInput{TableName: table,
			KeyConditionExpression:    aws.String("#c = :c"),
			ExpressionAttributeNames:  map[string]string{"#c": "customer"},
			ExpressionAttributeValues: item{":c": str(customer)}})
		for name, err := range map[string]error{"GetItem": get, "PutItem": put, "Query": query} {
			if allowed != (err == nil) {
				t.Errorf("%s of %s: %v", name, customer, err)
			}
		}
	}
	_, err := client.Query(ctx, &dynamodb.QueryInput{TableName: table, IndexName: aws.String("by-stage"),
		KeyConditionExpression: aws.String("stage = :s"), ExpressionAttributeValues: item{":s": str("open")}})
	mocktest.WantError(t, err, "AccessDeniedException",
		"User: arn:aws:iam::111122223333:user/alice is not authorized to perform: dynamodb:Query on resource: "+
			"arn:aws:dynamodb:us-east-1:111122223333:table/orders/index/by-stage because no identity-based "+
			"policy allows "+
			"the dynamodb:Query action")
}

// The front end of DynamoDB: its name, a checksum, request ids of 52
// characters, namespaces of errors, answers in the media type of the question.
func TestDynamoDBOnTheWire(t *testing.T) {
	w := mocktest.New(t)
	for _, row := range []struct{ target, media, body, want string }{
		{"DynamoDB_20120810.GetItem", "application/x-amz-json-1.0", "{}",
			`{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}`},
		{"DynamoDB_20120810.GetItem", "application/json", "{}",
			`{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}`},
		{"DynamoDB_20120810.No-thing", "application/x-amz-json-1.0", "{}",
			`{"__type":"com.amazon.coral.service#UnknownOperationException"}`},
	} {
		req, _ := http.NewRequest(http.MethodPost, w.URL, strings.NewReader(row.body))
		req.Header.Set("X-Amz-Target", row.target)
		req.Header.Set("Content-Type", row.media)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		h := resp.Header
		if resp.StatusCode != 400 || string(body) != row.want || h.Get("Content-Type") != row.media ||
			h.Get("Server") != "Server" {
			t.Errorf("%s: got %d %s %v", row.target, resp.StatusCode, body, h)
		}
		// as AWS has it (architect/dynalite)
		if strings.HasSuffix(row.target, "No-thing") && h.Get("x-amz-crc32") != "1368724161" {
			t.Errorf("%s: checksum %s", row.target, h.Get("x-amz-crc32"))
		}
		if sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10); h.Get("x-amz-crc32") != sum {
			t.Errorf("%s: checksum %s, want %s", row.target, h.Get("x-amz-crc32"), sum)
		}
		if id := h.Get("x-amzn-RequestId"); len(id) != 52 || !strings.HasSuffix(id, "VV4KQNSO5AEMVJF66Q9ASUAAJG") {
			t.Errorf("%s: request id %s", row.target, id)
		}
	}
	client := orders(t, w)
	for want, call := range map[string]func() error{
		"com.amazon.coral.validate#ValidationException": func() error {
			_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("orders"),
				Key: item{"x": str("y")}})
			return err
		},
		"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException": func() error {
			_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("absent"),
				Key: item{"x": str("y")}})
			return err
		},
	} {
		message := map[bool]string{true: "The provided key element does not match the schema",
			false: "Requested resource not found"}[strings.Contains(want, "Validation")]
		err := call()
		mocktest.WantError(t, err, want[strings.Index(want, "#")+1:], message)
		if e, size := w.Last(t), int64(len(`{"__type":"","message":""}`)+len(want)+
			len(message)); e.ResponseSize != size {
			t.Errorf("a body of %d bytes, want %d", e.ResponseSize, size)
		}
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "DynamoDB", "json-1.0 of DynamoDB", func(ctx context.Context, c aws.Config) error {
		_, err := dynamodb.NewFromConfig(c).ListTables(ctx, &dynamodb.ListTablesInput{})
		return err
	})
}
