package all_test

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/service"
)

// The operations of each service by name, with the route of a REST call, what IAM must
// allow and how it is called. Names and routes are those of botocore's models
// (https://github.com/boto/botocore/tree/1.43.11/botocore/data), but for what only the
// API reference has by now: DynamoDB's bulk operations and SearchVectors, four of IAM's,
// S3's annotations and PostObject, sts:GetScopedCredentials; and InvokeGuardrailChecks, of
// the model of github.com/aws/aws-sdk-go-v2/service/bedrockruntime v1.63.10. The query parameters id,
// uploadId, partNumber and x-id tell operations of one path apart.
//
//go:embed testdata/operations.txt
var operations string

// TestOperations: a table that loses an operation, or misspells one, answers it as if AWS
// had none.
func TestOperations(t *testing.T) {
	want := strings.Split(strings.TrimSpace(operations), "\n")
	var got []string
	services := slices.SortedFunc(slices.Values(builtin()), func(a, b *service.Service) int {
		return strings.Compare(a.ID, b.ID)
	})
	for _, s := range services {
		if !strings.Contains(operations, "# "+s.ID+",") {
			continue // a service that is not written down yet
		}
		var rows []string
		for i := range s.Operations {
			rows = append(rows, operationRow(&s.Operations[i]))
		}
		slices.Sort(rows)
		got = append(append(got, serviceRow(s)), rows...)
	}
	for _, row := range want {
		if !slices.Contains(got, row) {
			t.Errorf("not there: %s", row)
		}
	}
	for _, row := range got {
		if !slices.Contains(want, row) {
			t.Errorf("not in testdata/operations.txt: %s", row)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}

// serviceRow has what a request to the service is told by, and signed for.
func serviceRow(s *service.Service) string {
	row := []string{"# " + s.ID, s.EndpointPrefix + " signed for " + s.SigningName, s.EventSource,
		s.SkewWindow.String(),
		fmt.Sprintf("protocol %v", s.Dialect.Protocol)}
	for name := range s.Dialects {
		row = append(row, fmt.Sprintf("or %v", name))
	}
	slices.Sort(row[5:])
	for _, x := range [][2]string{
		{"or for ", s.OtherSigningName}, {"target ", s.TargetPrefix}, {"version ", s.Version},
		{"claims ", strings.Join(s.Claims, " ")}, {"global in ", s.GlobalRegion},
	} {
		if x[1] != "" {
			row = append(row, x[0]+x[1])
		}
	}
	for _, x := range []flag{
		{"bearer", s.Bearer}, {"complete", s.Complete}, {"modelled", s.Modelled}, {"either path", s.EitherPath},
		{"path as sent", s.PathAsSent}, {"unsigned payload", s.UnsignedPayload}, {"asymmetric", s.Asymmetric},
		{"obeys expires", s.ObeysExpires},
	} {
		if x.is {
			row = append(row, x.name)
		}
	}
	return strings.Join(row, ", ")
}

type flag struct {
	name string
	is   bool
}

func operationRow(o *service.Operation) string {
	row := []string{o.Name}
	if o.Method != "" {
		route := o.Method + " " + o.Path
		if len(o.Query) > 0 {
			route += "?" + strings.Join(o.Query, "&")
		}
		if o.Header != "" {
			route += " [" + o.Header + "]"
		}
		row = append(row, route)
	}
	if o.Action != "" {
		row = append(row, o.Action)
	}
	for _, x := range []flag{
		{"unsigned", o.Unsigned}, {"anonymous", o.Anonymous}, {"form", o.Form}, {"duplex", o.Duplex},
		{"data event", o.DataEvent}, {"read-only", o.ReadOnly}, {"not here", o.Handle == nil},
		{"policy required", o.PolicyRequired},
	} {
		if x.is {
			row = append(row, x.name)
		}
	}
	return strings.Join(row, ", ")
}
