package peers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// clients are AWS SDK for Go clients, over connections that are kept.
type clients struct {
	s3       *s3.Client
	sts      *sts.Client
	dynamodb *dynamodb.Client
	sqs      *sqs.Client
	secrets  *secretsmanager.Client
	close    func()
}

func newClients(url, keyID, secret string, connections int) *clients {
	transport := &http.Transport{MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections}
	c := aws.Config{
		Region: "us-east-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(keyID, secret,
			""),
		// As in a configuration that is loaded.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
		Retryer:                    func() aws.Retryer { return aws.NopRetryer{} },
		HTTPClient:                 &http.Client{Transport: transport},
	}
	return &clients{
		s3: s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true }), sts: sts.NewFromConfig(c),
		dynamodb: dynamodb.NewFromConfig(c), sqs: sqs.NewFromConfig(c), secrets: secretsmanager.NewFromConfig(c),
		close: transport.CloseIdleConnections,
	}
}

const name = "hostproof-bench" // of a bucket, a table, a queue and a secret

// operation is a call that is timed.
type operation struct {
	name    string
	service string
	// prepare makes what the call needs; it may be there already.
	prepare func(context.Context, *clients) error
	// do calls once; each worker has a number.
	do func(ctx context.Context, c *clients, worker int) error
}

var small, large = make([]byte, 1<<10), make([]byte, 1<<20)

var operations = []operation{
	{"S3 ListBuckets", "S3", makeBucket, func(ctx context.Context, c *clients, _ int) error {
		_, err := c.s3.ListBuckets(ctx, &s3.ListBucketsInput{})
		return err
	}},
	{"S3 PutObject 1 KiB", "S3", makeBucket, put(small)},
	{"S3 GetObject 1 KiB", "S3", putFirst(small), get(small)},
	{"S3 PutObject 1 MiB", "S3", makeBucket, put(large)},
	{"S3 GetObject 1 MiB", "S3", putFirst(large), get(large)},
	{"STS GetCallerIdentity", "STS", nothing, func(ctx context.Context, c *clients, _ int) error {
		_, err := c.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	}},
	{"DynamoDB GetItem", "DynamoDB", makeTable, func(ctx context.Context, c *clients, _ int) error {
		out, err := c.dynamodb.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(name), Key: item("1")})
		if err == nil && len(out.Item) == 0 {
			err = errors.New("GetItem found nothing")
		}
		return err
	}},
	{"SQS SendMessage", "SQS", makeQueue, func(ctx context.Context, c *clients, _ int) error {
		// Any queue's URL does: the call goes to the endpoint of the configuration.
		_, err := c.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(queueURL),
			MessageBody: aws.String("ping")})
		return err
	}},
	{"Secrets Manager GetSecretValue", "Secrets Manager", makeSecret, func(ctx context.Context, c *clients,
		_ int) error {
		_, err := c.secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(name)})
		return err
	}},
}

func nothing(context.Context, *clients) error { return nil }

func makeBucket(ctx context.Context, c *clients) error {
	_, err := c.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(name)})
	return unlessThere(err)
}

func put(body []byte) func(context.Context, *clients, int) error {
	return func(ctx context.Context, c *clients, worker int) error {
		_, err := c.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(name), Key: aws.String(key(body, worker)),
			Body: bytes.NewReader(body)})
		return err
	}
}

func key(body []byte, worker int) string { return strconv.Itoa(len(body)) + "-" + strconv.Itoa(worker) }

func putFirst(body []byte) func(context.Context, *clients) error {
	return func(ctx context.Context, c *clients) error {
		if err := makeBucket(ctx, c); err != nil {
			return err
		}
		for worker := range manyConnections {
			if err := put(body)(ctx, c, worker); err != nil {
				return err
			}
		}
		return nil
	}
}

func get(body []byte) func(context.Context, *clients, int) error {
	return func(ctx context.Context, c *clients, worker int) error {
		out, err := c.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(name),
			Key: aws.String(key(body, worker))})
		if err != nil {
			return err
		}
		defer out.Body.Close()
		n, err := io.Copy(io.Discard, out.Body)
		if err == nil && n != int64(len(body)) {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
}

func item(id string) map[string]ddb.AttributeValue {
	return map[string]ddb.AttributeValue{"id": &ddb.AttributeValueMemberS{Value: id}}
}

func makeTable(ctx context.Context, c *clients) error {
	_, err := c.dynamodb.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(name), BillingMode: ddb.BillingModePayPerRequest,
		AttributeDefinitions: []ddb.AttributeDefinition{{AttributeName: aws.String("id"),
			AttributeType: ddb.ScalarAttributeTypeS}},
		KeySchema: []ddb.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: ddb.KeyTypeHash}},
	})
	if err := unlessThere(err); err != nil {
		return err
	}
	active := dynamodb.NewTableExistsWaiter(c.dynamodb, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Millisecond, 100*time.Millisecond
	})
	if err := active.Wait(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(name)}, time.Minute); err != nil {
		return err
	}
	_, err = c.dynamodb.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(name), Item: item("1")})
	return err
}

var queueURL string

func makeQueue(ctx context.Context, c *clients) error {
	out, err := c.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(name)})
	if err == nil {
		queueURL = *out.QueueUrl
	}
	return err
}

func makeSecret(ctx context.Context, c *clients) error {
	_, err := c.secrets.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String(name),
		SecretString: aws.String("ping")})
	return unlessThere(err)
}

// unlessThere is no error where the thing exists.
func unlessThere(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "BucketAlreadyOwnedByYou", "BucketAlreadyExists", "ResourceInUseException", "ResourceExistsException":
			return nil
		}
	}
	return err
}
