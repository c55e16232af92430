package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/catalog"
)

// Calibration asks AWS itself questions with wrong credentials, to compare its answers with
// the mock's tables. Each call would only read something, and none is let in.
type Calibration struct {
	// Endpoint takes the place of AWS's own endpoints, for a test; "" asks those.
	Endpoint string
	Region   string // us-east-1 by default
	// KeyID is an active long-term key of an account of one's own, for the questions that
	// need a key that AWS knows; its secret is never needed. Without it they are left out.
	KeyID string
	// Services are the ids of services to ask; all without it.
	Services []string
	Client   *http.Client // one that follows no redirect by default
}

// Reading is AWS's answer to one question, beside the mock's.
type Reading struct {
	Service  string `json:"service"`
	Protocol string `json:"protocol"`
	Call     string `json:"call"`
	Case     string `json:"case"`
	Result   Result `json:"result"`
	AWS      Answer `json:"aws"`
	Mock     Answer `json:"mock"`
	Day      string `json:"day"`                // on which it was asked, 2026-11-30
	Region   string `json:"region"`             // that was asked
	Evidence string `json:"evidence,omitempty"` // of the mock's answer: recorded, documented, likely or unverified
	Source   string `json:"source,omitempty"`
	Err      string `json:"error,omitempty"`
}

// Result is what a reading says of the mock's tables.
type Result string

// The results.
const (
	Confirmed    Result = "confirmed"    // AWS answers as the row says
	Contradicted Result = "contradicted" // AWS answers otherwise
	New          Result = "new"          // the mock has no row of this service's own
	Unread       Result = "no answer"    // nothing that AWS sent
)

// Hosts are the endpoints that a calibration asks, sorted.
func (c Calibration) Hosts() ([]string, error) {
	list, err := c.calls()
	if err != nil {
		return nil, err
	}
	var hosts []string
	for _, call := range list {
		hosts = append(hosts, hostOf(call.service, c.region(call.service)))
	}
	slices.Sort(hosts)
	return slices.Compact(hosts), nil
}

// calls are those to be asked: the ones of which the mock has tables, and some of
// services that it knows by their models alone.
func (c Calibration) calls() ([]call, error) {
	list := slices.Concat(calls(), modelledCalls())
	if len(c.Services) == 0 {
		return list, nil
	}
	var known []string
	for _, call := range list {
		known = append(known, call.service.ID)
	}
	for _, id := range c.Services {
		if !slices.Contains(known, id) {
			return nil, fmt.Errorf("service %q is not asked; asked are: %s", id, strings.Join(known, ", "))
		}
	}
	return slices.DeleteFunc(list, func(call call) bool { return !slices.Contains(c.Services, call.service.ID) }), nil
}

// modelledCalls are of services without a table.
func modelledCalls() []call {
	regions, formType := form("DescribeRegions", "2016-11-15")
	instances, _ := form("DescribeDBInstances", "2014-10-31")
	json := func(version, target string) map[string]string {
		return map[string]string{"Content-Type": "application/x-amz-json-" + version, "X-Amz-Target": target}
	}
	rows := map[string]call{
		"EC2":     {operation: "DescribeRegions", body: regions, header: formType},
		"RDS":     {operation: "DescribeDBInstances", body: instances, header: formType},
		"Kinesis": {operation: "ListStreams", body: "{}", header: json("1.1", "Kinesis_20131202.ListStreams")},
		"SFN": {operation: "ListStateMachines", body: "{}",
			header: json("1.0", "AWSStepFunctions.ListStateMachines")},
		"ECS": {operation: "ListClusters", body: "{}",
			header: json("1.1", "AmazonEC2ContainerServiceV20141113.ListClusters")},
	}
	var list []call
	for _, s := range catalog.Known().Services() {
		if row, ok := rows[s.ID]; ok {
			row.service, row.method, row.path = s, http.MethodPost, "/"
			list = append(list, row)
		}
	}
	return list
}

func (c Calibration) region(s *service.Service) string {
	if s.ID == "IAM" {
		return s.GlobalRegion
	}
	return cmp.Or(c.Region, "us-east-1")
}

// hostOf is AWS's endpoint of a service in a region.
func hostOf(s *service.Service, region string) string {
	if s.ID == "IAM" {
		return "iam.amazonaws.com"
	}
	return s.EndpointPrefix + "." + region + ".amazonaws.com"
}

// wrongs are the questions; those that need a key that AWS knows come last.
var wrongs = []struct {
	question
	needsKey bool
}{
	{question: noSignature},
	{question: unknownKey},
	{question: question{name: "malformed token", before: withToken}},
	{question: slowClock},
	{question: fastClock},
	{question: otherService},
	{question: question{name: "signed for another region", before: func(a *attempt) { a.region = "ap-southeast-3" }}},
	{question: question{name: "another algorithm", after: inAuthorization("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")}},
	{question: question{name: "a part without equal sign", after: inAuthorization("Signature=", "Signature")}},
	{question: question{name: "no SignedHeaders", after: inAuthorization("SignedHeaders=", "OtherHeaders=")}},
	{question: question{name: "a credential of four parts", after: inAuthorization("/aws4_request", "")}},
	{question: question{name: "no date", after: func(a *attempt) { a.request.Header.Del("X-Amz-Date") }}},
	{question: question{name: "a date that is none",
		after: func(a *attempt) { a.request.Header.Set("X-Amz-Date", "today") }}},
	{question: question{name: "wrong secret"}, needsKey: true},
	{question: otherDate, needsKey: true},
}

// inAuthorization changes the Authorization header.
func inAuthorization(from, to string) func(*attempt) {
	return func(a *attempt) {
		value := a.request.Header.Get("Authorization")
		a.request.Header.Set("Authorization", strings.Replace(value, from, to, 1))
	}
}

// Run asks all questions. The error says why none could be asked.
func (c Calibration) Run(ctx context.Context) ([]Reading, error) {
	list, err := c.calls()
	if err != nil {
		return nil, err
	}
	if c.Endpoint != "" {
		if u, err := url.Parse(c.Endpoint); err != nil || u.Host == "" {
			return nil, fmt.Errorf("the endpoint %q is no URL such as http://127.0.0.1:4566", c.Endpoint)
		}
	}
	if c.Client == nil {
		c.Client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}}
	}
	oracle, err := newOracle(c.KeyID)
	if err != nil {
		return nil, err
	}
	var out []Reading
	for _, call := range list {
		for _, q := range wrongs {
			if q.needsKey && c.KeyID == "" || q.except == call.operation {
				continue
			}
			out = append(out, c.read(ctx, oracle, call, q.question, q.needsKey))
		}
	}
	return out, nil
}

// newOracle is a mock that knows the key, under a secret of its own.
func newOracle(keyID string) (*mockaws.Server, error) {
	s := mockaws.New()
	account := iam.AccountSeed{ID: "111122223333"}
	if keyID != "" {
		account.Users = []iam.UserSeed{{Name: "calibration", Keys: []iam.KeySeed{{ID: keyID}}}}
	}
	_, err := s.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{account}}})
	return s, err
}

// read asks AWS and the mock the same.
func (c Calibration) read(ctx context.Context, oracle *mockaws.Server, call call, q question, known bool) Reading {
	out := Reading{Service: call.service.ID, Protocol: string(call.service.Dialect.Protocol), Call: call.operation,
		Case: q.name, Result: Unread, Day: time.Now().UTC().Format(time.DateOnly), Region: c.region(call.service)}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := c.request(ctx, call, q, known)
	if err != nil {
		out.Err = err.Error()
		return out
	}
	out.ask(oracle, request, call)
	resp, err := c.Client.Do(request)
	if err != nil {
		out.Err = err.Error()
		return out
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	switch {
	case err != nil:
		out.Err = err.Error()
	case resp.Header.Get("X-Amzn-Requestid")+resp.Header.Get("X-Amz-Request-Id") == "":
		out.Err = "the answer has no request id: something between here and AWS sent it"
	default:
		out.AWS = c.answer(resp.StatusCode, resp.Header, body)
		out.Mock = Answer{out.Mock.Status, out.Mock.Code, c.steady(out.Mock.Text)}
		out.Result = out.compare(call.service)
	}
	return out
}

// ask notes what the mock answers to the request, and how that is known.
func (r *Reading) ask(oracle *mockaws.Server, request *http.Request, call call) {
	same := request.Clone(request.Context())
	same.Body, same.RequestURI = io.NopCloser(strings.NewReader(call.body)), request.URL.RequestURI()
	same.Header.Set("Content-Length", fmt.Sprint(len(call.body)))
	w := httptest.NewRecorder()
	oracle.ServeHTTP(w, same)
	r.Mock = Answer{Status: w.Code}
	sent := http.Header{} // as a client reads it: the mock writes some names in lower case, as AWS does
	for name := range w.Header() {
		sent.Set(name, strings.Join(w.Header()[name], ", "))
	}
	r.Mock.Code, r.Mock.Text = errorOf(sent, w.Body.Bytes())
	if all := oracle.Journal().Since(0); len(all) > 0 {
		e := all[len(all)-1]
		r.Evidence = string(protocol.EvidenceOf(protocol.Confidence(e.Confidence), e.Source))
		r.Source = e.Source
	}
}

func (c Calibration) answer(status int, header http.Header, body []byte) Answer {
	a := Answer{Status: status}
	a.Code, a.Text = errorOf(header, body)
	a.Text = c.steady(a.Text)
	return a
}

// The parts of a text that differ from one call to the next.
var (
	dateIn = regexp.MustCompile(`\b\d{8}T\d{6}Z\b`)
	dayIn  = regexp.MustCompile(`\b20\d{6}\b`)
	sumIn  = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
)

// steady is a text without what differs from call to call, what names the key, and what
// some services append: the canonical request.
func (c Calibration) steady(text string) string {
	text, _, _ = strings.Cut(text, "\n\n")
	text = dateIn.ReplaceAllString(text, "{date}")
	text = dayIn.ReplaceAllString(text, "{day}")
	text = sumIn.ReplaceAllString(text, "{signature}")
	if c.KeyID != "" {
		text = strings.ReplaceAll(text, c.KeyID, "{key}")
	}
	return strings.TrimSpace(text)
}

func (r *Reading) compare(s *service.Service) Result {
	switch {
	case s.Modelled:
		return New
	case r.AWS == r.Mock:
		return Confirmed
	}
	return Contradicted
}

// request is the question as a request, to AWS's host or to the endpoint in its place.
func (c Calibration) request(ctx context.Context, call call, q question, known bool) (*http.Request, error) {
	region := c.region(call.service)
	host := hostOf(call.service, region)
	by := sender{base: cmp.Or(strings.TrimSuffix(c.Endpoint, "/"), "https://"+host), host: host, keyID: noSuchKey,
		secret: strings.Repeat("x", 40), region: region}
	if known {
		by.keyID = c.KeyID
	}
	if strings.HasPrefix(by.keyID, "ASIA") {
		return nil, errors.New("the key is a temporary one: give the id of a user's key")
	}
	return q.request(ctx, call, by)
}

// Tally counts readings by their result.
func Tally(list []Reading) map[Result]int {
	count := map[Result]int{}
	for _, r := range list {
		count[r.Result]++
	}
	return count
}
