package mockaws_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws/service/connect"
)

const loginSeed = `
accounts:
  - id: "111122223333"
    users:
      - name: app
        keys: [{id: AKIAIOSFODNN7EXAMPLE, secret: ` + rightSecret + `}]
        policies:
          - document: |
              {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "rds-db:connect",
                 "Resource": "arn:aws:rds-db:eu-west-3:111122223333:dbuser:db-ABCDEFGHIJKL01234/app"},
                {"Effect": "Allow", "Action": "dsql:DbConnect",
                 "Resource": "arn:aws:dsql:eu-west-3:111122223333:cluster/abc123"},
                {"Effect": "Allow", "Action": "kafka-cluster:Connect",
                 "Resource": "arn:aws:kafka:eu-west-3:111122223333:cluster/orders/*"},
                {"Effect": "Allow", "Action": "elasticache:Connect", "Resource": [
                  "arn:aws:elasticache:eu-west-3:111122223333:replicationgroup:sessions",
                  "arn:aws:elasticache:eu-west-3:111122223333:serverlesscache:pages",
                  "arn:aws:elasticache:eu-west-3:111122223333:user:app"]}]}
`

// presigned is a token as AWS's libraries make it, with AWS's own signer.
func presigned(t *testing.T, address, service, secret string, at time.Time, header http.Header) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name := range header {
		req.Header.Set(name, header.Get(name))
	}
	url, _, err := v4.NewSigner().PresignHTTP(t.Context(), aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE",
		SecretAccessKey: secret}, req, hashOf(""), service, "eu-west-3", at)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

const (
	rdsAddress   = "https://db.abc.eu-west-3.rds.amazonaws.com:5432/?Action=connect&DBUser=app&X-Amz-Expires=900"
	dsqlAddress  = "https://abc123.dsql.eu-west-3.on.aws/?Action=DbConnect&X-Amz-Expires="
	kafkaAddress = "https://kafka.eu-west-3.amazonaws.com/?Action=kafka-cluster%3AConnect&X-Amz-Expires=900"
	eksAddress   = "https://sts.eu-west-3.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60"
	database     = "db-ABCDEFGHIJKL01234"
)

// bare is a token without the scheme, as a database gets it.
func bare(url string) string { return url[strings.Index(url, "://")+3:] }

// ofKafka is a token in MSK's form: the libraries append their name, unsigned.
func ofKafka(url string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(url + "&User-Agent=aws-msk-iam-sasl-signer-python%2F1.0.2"))
}

func ofEKS(url string) string {
	return "k8s-aws-v1." + base64.RawURLEncoding.EncodeToString([]byte(url))
}

// TestLogins judges tokens in place of passwords. The forms of the tokens are those of
// botocore's signers.py, aws-msk-iam-sasl-signer, aws-iam-authenticator and the ElastiCache
// user guide's example; actions and resources are of the Service Authorization Reference.
func TestLogins(t *testing.T) {
	server, _ := judged(t, loginSeed)
	now := time.Now()
	cluster := http.Header{"X-K8s-Aws-Id": {"prod"}}
	rds := bare(presigned(t, rdsAddress, "rds-db", rightSecret, now, nil))
	dsql := bare(presigned(t, dsqlAddress+"900", "dsql", rightSecret, now, nil))
	kafka := ofKafka(presigned(t, kafkaAddress, "kafka-cluster", rightSecret, now, nil))
	elasticache := func(host, query string) string {
		return bare(presigned(t, "http://"+host+"/?Action=connect&X-Amz-Expires=900&"+query, "elasticache", rightSecret,
			now, nil))
	}
	eks := ofEKS(presigned(t, eksAddress, "sts", rightSecret, now, cluster))
	const arn = ":eu-west-3:111122223333:"
	for _, row := range []struct {
		name             string
		login            connect.Login
		action, resource string
		refused          string // what the refusal says; "" where the login is let in
	}{
		{"RDS", connect.Login{Token: rds, Resource: database, User: "app"}, "rds-db:connect",
			"arn:aws:rds-db" + arn + "dbuser:" + database + "/app", ""},
		{"RDS, another database", connect.Login{Token: rds, Resource: "db-OTHER"}, "rds-db:connect",
			"arn:aws:rds-db" + arn + "dbuser:db-OTHER/app", "authorize"},
		{"RDS, another user", connect.Login{Token: rds, Resource: database, User: "root"}, "", "",
			`the token is for the user "app", not for "root"`},
		{"RDS, wrong secret", connect.Login{Token: bare(presigned(t, rdsAddress, "rds-db", wrongSecret, now, nil)),
			Resource: database}, "", "", "signature"},
		{"RDS, user changed", connect.Login{Token: strings.Replace(rds, "DBUser=app", "DBUser=root", 1),
			Resource: database}, "", "", "signature"},
		{"RDS, 16 minutes old", connect.Login{Token: bare(presigned(t, rdsAddress, "rds-db", rightSecret,
			now.Add(-16*time.Minute), nil)), Resource: database}, "", "", "authenticate"},
		{"DSQL", connect.Login{Token: dsql, User: "reader"}, "dsql:DbConnect", "arn:aws:dsql" + arn + "cluster/abc123",
			""},
		{"DSQL as admin", connect.Login{Token: dsql, User: "admin"}, "", "", `not the action for the role "admin"`},
		{"DSQL, an hour of a day", connect.Login{Token: bare(presigned(t, dsqlAddress+"86400", "dsql", rightSecret,
			now.Add(-time.Hour), nil))}, "dsql:DbConnect", "arn:aws:dsql" + arn + "cluster/abc123", ""},
		{"DSQL, ended", connect.Login{Token: bare(presigned(t, dsqlAddress+"60", "dsql", rightSecret,
			now.Add(-2*time.Minute), nil))}, "", "", "the URL ended at"},
		{"MSK", connect.Login{Token: kafka, Resource: "orders/0b1c-7"}, "kafka-cluster:Connect",
			"arn:aws:kafka" + arn + "cluster/orders/0b1c-7", ""},
		{"MSK, another cluster", connect.Login{Token: kafka, Resource: "bills/0b1c-7"}, "kafka-cluster:Connect",
			"arn:aws:kafka" + arn + "cluster/bills/0b1c-7", "authorize"},
		{"ElastiCache", connect.Login{Token: elasticache("sessions", "User=app"), User: "app"}, "elasticache:Connect",
			"arn:aws:elasticache" + arn + "replicationgroup:sessions", ""},
		{"ElastiCache, serverless", connect.Login{Token: elasticache("pages", "ResourceType=ServerlessCache&User=app")},
			"elasticache:Connect", "arn:aws:elasticache" + arn + "serverlesscache:pages", ""},
		{"ElastiCache, user not allowed", connect.Login{Token: elasticache("sessions", "User=root")},
			"elasticache:Connect", "arn:aws:elasticache" + arn + "replicationgroup:sessions", "user:root"},
		{"EKS", connect.Login{Token: eks, Resource: "prod"}, "", "", ""},
		{"EKS, another cluster", connect.Login{Token: eks, Resource: "staging"}, "", "", "signature"},
		// STS does not obey X-Amz-Expires: aws-iam-authenticator, pkg/token/token.go.
		{"EKS, ten minutes of sixty seconds", connect.Login{Token: ofEKS(presigned(t, eksAddress, "sts", rightSecret,
			now.Add(-10*time.Minute), cluster)), Resource: "prod"}, "", "", ""},
		{"EKS, 16 minutes", connect.Login{Token: ofEKS(presigned(t, eksAddress, "sts", rightSecret,
			now.Add(-16*time.Minute), cluster)), Resource: "prod"}, "", "", "authenticate"},
	} {
		t.Run(row.name, func(t *testing.T) {
			e, err := server.Login(row.login)
			if err != nil {
				t.Fatal(err)
			}
			if row.refused == "" && (!e.Verdict.Accepted ||
				e.Verdict.Principal != "arn:aws:iam::111122223333:user/app") ||
				row.refused != "" && (e.Verdict.Accepted || !strings.Contains(e.Verdict.String(), row.refused)) ||
				row.resource != "" && (e.Action != row.action || e.Resource != row.resource) {
				t.Errorf("%s %s: %s", e.Action, e.Resource, e.Verdict)
			}
			if strings.Count(e.Call, ":") != 1 {
				t.Errorf("the call is named %s", e.Call)
			}
			if !e.Verdict.Accepted && e.Service != "STS" && e.Confidence != "U" && e.Confidence != "" {
				t.Errorf("nobody saw a refusal's text, and it is marked %s", e.Confidence)
			}
			if seen := last(t, server); seen.Seq != e.Seq || strings.Contains(seen.Query, rightSecret) {
				t.Errorf("the journal has %s", seen)
			}
		})
	}
}

// TestLoginsThatAreNone: what is no token is said, and nothing is judged.
func TestLoginsThatAreNone(t *testing.T) {
	server, _ := judged(t, loginSeed)
	now := time.Now()
	for says, login := range map[string]connect.Login{
		"neither a presigned request":            {Token: "hunter2!"},
		"no presigned request":                   {Token: "?"},
		"no X-Amz-Credential":                    {Token: "db:5432/?Action=connect"},
		`signed for "s3"`:                        {Token: presigned(t, rdsAddress, "s3", rightSecret, now, nil)},
		"the DbiResourceId of the database":      {Token: presigned(t, rdsAddress, "rds-db", rightSecret, now, nil)},
		`Action is "connect"; of Aurora DSQL it`: {Token: presigned(t, rdsAddress, "dsql", rightSecret, now, nil)},
		"the name of the cluster":                {Token: "k8s-aws-v1.e30"},
		"no call of https://sts":                 {Token: ofEKS(kafkaAddress), Resource: "prod"},
		"does not cover the header x-k8s-aws-id": {Token: ofEKS(presigned(t, eksAddress, "sts", rightSecret, now,
			nil)), Resource: "prod"},
		`X-Amz-Expires of the token is "1000"`: {Token: ofEKS(presigned(t, strings.Replace(eksAddress, "=60",
			"=1000", 1), "sts", rightSecret, now, http.Header{"X-K8s-Aws-Id": {"prod"}})), Resource: "prod"},
		`parameter "Extra"`: {Token: ofEKS(presigned(t, eksAddress+"&Extra=1", "sts",
			rightSecret, now, http.Header{"X-K8s-Aws-Id": {"prod"}})), Resource: "prod"},
		"no call of GetCallerIdentity": {Token: ofEKS(presigned(t, strings.Replace(eksAddress,
			"GetCallerIdentity", "GetSessionToken", 1), "sts", rightSecret, now, nil)), Resource: "prod"},
		"what follows k8s-aws-v1. in the token is": {Token: "k8s-aws-v1.%%", Resource: "prod"},
	} {
		if e, err := server.Login(login); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, %s", says, err, &e)
		}
	}
	if n := len(server.Journal().Since(0)); n != 0 {
		t.Errorf("%d exchanges", n)
	}
}
