package all_test

import (
	"bytes"
	_ "embed"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/all"
	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const testAccount = "111122223333"

// stage is a set of services, and somebody who may do everything.
type stage struct {
	services map[string]*service.Service
	iam      *iam.Store
	caller   *iam.Credential
}

func newStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{services: map[string]*service.Service{}, iam: iam.New(nil, iam.WithSeed(1))}
	applied, err := s.iam.Apply(iam.Seed{Accounts: []iam.AccountSeed{{
		ID: testAccount, Users: []iam.UserSeed{{Name: "app", Allow: []string{"*"}, Keys: []iam.KeySeed{{}}}},
		Roles: []iam.RoleSeed{{Name: "r", TrustService: []string{"lambda.amazonaws.com", "amplify.amazonaws.com"}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	cred, refusal := s.iam.Resolve(applied.Keys[0].KeyID, "")
	if refusal != nil {
		t.Fatal(refusal)
	}
	s.caller = cred
	for _, svc := range builtin() {
		s.services[svc.ID] = svc
	}
	return s
}

// call runs an operation as the pipeline does once the caller is known, and
// writes the answer.
func (s *stage) call(t testing.TB, svc *service.Service, op *service.Operation, in protocol.Input) (*protocol.Response,
	error) {
	t.Helper()
	done := make(chan struct{})
	close(done) // no test waits for messages here
	c := &service.Call{
		Service: svc, Operation: op, Input: in, Region: "us-east-1", Caller: s.caller, Now: time.Now(), RequestID: "r",
		IAM:   s.iam,
		Trail: &service.Trail{}, Origin: "http://localhost", Done: done, Conditions: map[string][]string{},
	}
	if op.Unsigned {
		c.Caller = nil
	}
	if op.Resource != nil {
		op.Resource(c)
	}
	if op.ResourcePolicy != nil {
		op.ResourcePolicy(c)
	}
	if op.Conditions != nil {
		op.Conditions(c)
	}
	context := &protocol.Context{RequestID: "r", Operation: op.Name}
	result, err := op.Handle(c)
	if err == nil {
		return svc.Dialect.EncodeResult(result, context)
	}
	var refusal *verdict.Refusal
	var failed *service.Error
	if errors.As(err, &failed) {
		refusal = failed.Refusal()
	} else if !errors.As(err, &refusal) {
		t.Fatalf("%s: %v is neither an error of the operation nor a refusal", service.CallName(svc, op), err)
	}
	return svc.Dialect.EncodeError(refusal, context), err
}

func operationOf(s *service.Service, name string) *service.Operation {
	for i := range s.Operations {
		if s.Operations[i].Name == name {
			return &s.Operations[i]
		}
	}
	return nil
}

// A scene is a call of testdata/scenes.yaml.
type scene struct {
	Service   string
	Operation string
	Labels    map[string]string
	Body      string
	Form      map[string]string // instead of Body
}

//go:embed testdata/scenes.yaml
var scenesText []byte

// scenes are calls that real clients make, in an order in which each of them
// succeeds. They are also what fuzzing starts from.
func scenes(t testing.TB) (all []scene) {
	t.Helper()
	decoder := yaml.NewDecoder(bytes.NewReader(scenesText))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	for i := range all {
		form := url.Values{}
		for name, value := range all[i].Form {
			form.Set(name, value)
		}
		all[i].Body += form.Encode()
	}
	return all
}

func inputOf(svc *service.Service, body string, labels map[string]string) protocol.Input {
	in := protocol.Input{Labels: labels, Query: url.Values{}, Header: http.Header{}, Body: []byte(body)}
	if svc.Dialect.Protocol == protocol.Query {
		in.Form, _ = url.ParseQuery(body) // as far as it can be read
	}
	return in
}

// setUp plays the scenes.
func (s *stage) setUp(t testing.TB) {
	t.Helper()
	for _, x := range scenes(t) {
		svc := s.services[x.Service]
		if _, err := s.call(t, svc, operationOf(svc, x.Operation), inputOf(svc, x.Body, x.Labels)); err != nil {
			t.Fatalf("%s %s: %v", x.Service, x.Operation, err)
		}
	}
}

func TestScenes(t *testing.T) { newStage(t).setUp(t) }

// implemented are the operations that have a handler, in the order of the
// services.
func implemented(t testing.TB) (list [][2]string) {
	t.Helper()
	for _, svc := range builtin() {
		for i := range svc.Operations {
			if svc.Operations[i].Handle != nil {
				list = append(list, [2]string{svc.ID, svc.Operations[i].Name})
			}
		}
	}
	return list
}

// FuzzHandlers: whatever an identified caller sends, every operation of every
// service answers with a result that encodes, an error of its own or a refusal:
// none panics or waits.
func FuzzHandlers(f *testing.F) {
	all, played := implemented(f), scenes(f)
	for i, x := range all {
		f.Add(uint16(i),
			`{"Names":[null],"CiphertextBlob":"AQICAAAA","KeyId":1,"Entries":[{}],"logEvents":[{}],`+
				`"Roles":{"authenticated":""}}`, "x", "maxResults=-1")
		for _, scene := range played {
			if x == [2]string{scene.Service, scene.Operation} {
				f.Add(uint16(i), scene.Body, scene.Labels["FunctionName"], "")
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint16, body, label, query string) {
		s := newStage(t)
		s.setUp(t)
		x := all[int(which)%len(all)]
		svc := s.services[x[0]]
		labels := map[string]string{}
		for _, name := range []string{"FunctionName", "appId", "branchName", "Bucket", "Key", "modelId",
			"modelIdentifier", "inferenceProfileIdentifier"} {
			labels[name] = label
		}
		in := inputOf(svc, body, labels)
		in.Query, _ = url.ParseQuery(query)
		for _, dialect := range dialectsOf(svc) {
			spoken := *svc
			spoken.Dialect = dialect
			r, _ := s.call(t, &spoken, operationOf(svc, x[1]), in)
			if r == nil || r.Status < 200 || r.Status > 599 {
				t.Errorf("%s:%s over %s answered %+v", svc.ID, x[1], dialect.Protocol, r)
			}
		}
	})
}

func dialectsOf(s *service.Service) []protocol.Dialect {
	list := []protocol.Dialect{s.Dialect}
	for _, d := range s.Dialects {
		list = append(list, d)
	}
	return list
}

func builtin() []*service.Service {
	issuers := oidc.NewIssuers(nil)
	return all.Services(s3.NewBuckets(), issuers, oidc.NewVerifier(issuers, nil))
}
