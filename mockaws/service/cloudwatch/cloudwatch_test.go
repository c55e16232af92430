package cloudwatch_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func datum(name string, value float64) types.MetricDatum {
	return types.MetricDatum{MetricName: &name, Value: &value, Unit: types.StandardUnitCount,
		Dimensions: []types.Dimension{{Name: aws.String("Host"), Value: aws.String("a")}}}
}

func TestCloudWatch(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := cloudwatch.NewFromConfig(w.Good())
	if _, err := client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("app"),
		MetricData: []types.MetricDatum{datum("hits", 1), datum("errors", 0), datum("hits", 2)}}); err != nil {
		t.Fatal(err)
	}
	if e := w.Last(t); e.Path != "/service/GraniteServiceVersion20100801/operation/PutMetricData" ||
		e.Action != "cloudwatch:PutMetricData" {
		t.Errorf("exchange: %s: the SDK speaks CBOR", &e)
	}
	list, err := client.ListMetrics(ctx, &cloudwatch.ListMetricsInput{Namespace: aws.String("app")})
	if err != nil || len(list.Metrics) != 2 || *list.Metrics[0].MetricName != "errors" ||
		*list.Metrics[1].Dimensions[0].Value != "a" {
		t.Errorf("listed %v, %v", list, err)
	}
	// A body that the SDK compresses.
	var many []types.MetricDatum
	for i := range 400 {
		many = append(many, datum("metric-"+strconv.Itoa(i), 1))
	}
	if _, err := client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("big"),
		MetricData: many}); err != nil {
		t.Error(err)
	}
	if e := w.Last(t); e.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("the body was not compressed: %v", e.Header)
	}
	if list, err := client.ListMetrics(ctx, &cloudwatch.ListMetricsInput{Namespace: aws.String("big")}); err != nil ||
		len(list.Metrics) != 400 {
		t.Errorf("listed %v", err)
	}
	_, err = client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("AWS/EC2"),
		MetricData: []types.MetricDatum{datum("x", 1)}})
	mocktest.WantError(t, err, "InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.")
	_, err = client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("app"),
		MetricData: []types.MetricDatum{{MetricName: aws.String("x")}}})
	mocktest.WantError(t, err, "InvalidParameterCombination", "")
	_, err = client.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{})
	if err == nil {
		t.Error("GetMetricData is not implemented")
	}

	limited := cloudwatch.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "limited", Policies: []iam.PolicySeed{{Document: `{"Version": "2012-10-17", "Statement":
		{"Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*", "Condition": {"StringEquals": {"cloudwatch:namespace": "app"}}}}`}}}))
	if _, err := limited.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("app"),
		MetricData: []types.MetricDatum{datum("x", 1)}}); err != nil {
		t.Error(err)
	}
	_, err = limited.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("other"),
		MetricData: []types.MetricDatum{datum("x", 1)}})
	mocktest.WantError(t, err, "AccessDenied", "User: arn:aws:iam::111122223333:user/limited is not authorized to "+
		"perform: cloudwatch:PutMetricData because no identity-based policy allows the cloudwatch:PutMetricData action")
}

// post signs and sends a call that the SDK has no client for.
func post(t *testing.T, w *mocktest.World, service, body string, header map[string]string) (status int, answer string,
	h http.Header) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	credentials := aws.Credentials{AccessKeyID: w.User.KeyID, SecretAccessKey: w.User.Secret}
	if err := mocktest.Sign(t.Context(), credentials, req, body, service, "us-east-1"); err != nil {
		t.Fatal(err)
	}
	return mocktest.Answer(t, req)
}

// Older SDKs speak Query, and JSON is a third way: the service is the same, and
// answers in kind.
func TestCloudWatchInOtherProtocols(t *testing.T) {
	w := mocktest.New(t)
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	status, body, _ := post(t, w, "monitoring",
		"Action=PutMetricData&Version=2010-08-01&Namespace=app&MetricData.member.1.MetricName=hits&MetricData.member.1.Value=1"+
			"&MetricData.member.1.Dimensions.member.1.Name=Host&MetricData.member.1.Dimensions.member.1.Value=a", form)
	if status != 200 || !strings.HasPrefix(body,
		`<PutMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">`) {
		t.Errorf("put over Query: %d %s", status, body)
	}
	status, body, _ = post(t, w, "monitoring", "Action=ListMetrics&Version=2010-08-01&Namespace=app", form)
	if status != 200 || !strings.Contains(body, "<MetricName>hits</MetricName>") || !strings.Contains(body,
		"<Name>Host</Name>") {
		t.Errorf("listed over Query: %d %s", status, body)
	}
	status, body, _ = post(t, w, "monitoring",
		"Action=PutMetricData&Version=2010-08-01&Namespace=app&MetricData.member.1.MetricName=hits&MetricData.member.1.Value=many", form)
	if status != 400 || !strings.Contains(body, "<Code>InvalidParameterValue</Code>") {
		t.Errorf("refused over Query: %d %s", status, body)
	}
	status, body, _ = post(t, w, "sns", "Action=PutMetricData&Version=2010-08-01&Namespace=app", form)
	if status != 403 || !strings.Contains(body,
		"Credential should be scoped to correct service: &apos;monitoring&apos;. ") && !strings.Contains(body,
		"Credential should be scoped to correct service: 'monitoring'. ") {
		t.Errorf("signed for another service: %d %s", status, body)
	}

	target := func(operation string) map[string]string {
		return map[string]string{"Content-Type": "application/x-amz-json-1.0",
			"X-Amz-Target": "GraniteServiceVersion20100801." + operation}
	}
	status, body, _ = post(t, w, "monitoring", `{"Namespace":"app","MetricName":"hits"}`, target("ListMetrics"))
	if want := `{"Metrics":[{"Namespace":"app","MetricName":"hits","Dimensions":[{"Name":"Host","Value":"a"}]}]}`; status != 200 || body != want {
		t.Errorf("listed over JSON: %d %s", status, body)
	}
	status, body, header := post(t, w, "monitoring", `{"Namespace":"AWS/x"}`, target("PutMetricData"))
	if status != 400 || header.Get("x-amzn-query-error") != "InvalidParameterValue;Sender" || !strings.HasPrefix(body,
		`{"__type":"com.amazonaws.cloudwatch#InvalidParameterValue"`) {
		t.Errorf("refused over JSON: %d %s %v", status, body, header)
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "CloudWatch", "rpc-v2-cbor", func(ctx context.Context, c aws.Config) error {
		_, err := cloudwatch.NewFromConfig(c).ListMetrics(ctx, &cloudwatch.ListMetricsInput{})
		return err
	})
}
