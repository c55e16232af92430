package capture

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
)

// seen is an observation of variables with these values.
func seen(s *salter, values map[string]string) *Observation {
	o := &Observation{Version: 1, By: "hostproof", Time: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)}
	for name, value := range values {
		o.Variables = append(o.Variables, Variable{name, s.shape(value)})
	}
	slices.SortFunc(o.Variables, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	return o
}

// taken is the host that is made of an observation.
func taken(t *testing.T, o *Observation) *fixtures.Host {
	t.Helper()
	data, err := o.Fixture(Options{Name: "mine", Source: "a/b#1"})
	if err != nil {
		t.Fatal(err)
	}
	h, err := Host(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return h
}

func valueOf(h *fixtures.Host, name string) string {
	for _, v := range h.Variables {
		if v.Name == name {
			return v.Value
		}
	}
	return "(not there)"
}

const (
	longKey, longSecret = "AKIARZPUZDIKAAAAUSER", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	tempKey, tempSecret = "ASIARZPUZDIKAAASESSN", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"
)

// TestKeysOfACapture: a long-term key and the secret of a name like its are the project
// user's, wherever they stand; a temporary one is of a session, with its secret and token; a
// token alone is the platform's.
func TestKeysOfACapture(t *testing.T) {
	s := newSalter()
	token := "IQoJb3JpZ2luX2Vj" + strings.Repeat("a", 385)
	h := taken(t, seen(s, map[string]string{
		"MY_AWS_ACCESS_KEY_ID": longKey, "MY_AWS_SECRET_ACCESS_KEY": longSecret, "COPY": longKey,
		"AWS_ACCESS_KEY_ID": tempKey, "AWS_SECRET_ACCESS_KEY": tempSecret, "AWS_SESSION_TOKEN": token,
		"AWS_REGION": "eu-west-1", "GREETING": "hello there",
	}))
	for name, want := range map[string]string{
		"MY_AWS_ACCESS_KEY_ID": "${user.accessKeyId}", "MY_AWS_SECRET_ACCESS_KEY": "${user.secretAccessKey}",
		"COPY": "${user.accessKeyId}", "AWS_ACCESS_KEY_ID": "${session.session.accessKeyId}",
		"AWS_SECRET_ACCESS_KEY": "${session.session.secretAccessKey}",
		"AWS_SESSION_TOKEN":     "${session.session.sessionToken}", "AWS_REGION": "${region}",
	} {
		if got := valueOf(h, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if len(h.Sessions) != 1 || h.Sessions[0].TokenLength != 400 || h.Sessions[0].Role != h.Roles[0].Name ||
		h.Platform != nil || h.Region != "eu-west-1" || h.Title != "Captured on 2026-11-30" {
		t.Errorf("%+v", h)
	}
	if got := valueOf(h, "GREETING"); len(got) != len("hello there") || got == "hello there" {
		t.Errorf("a value of the project's own is %q", got)
	}
	h = taken(t, seen(s, map[string]string{"AWS_SESSION_TOKEN": token, "OTHER": token[:99]}))
	if h.Platform == nil || h.Platform.TokenLength != 400 ||
		valueOf(h, "AWS_SESSION_TOKEN") != "${platform.sessionToken}" ||
		strings.Contains(valueOf(h, "OTHER"), "platform") {
		t.Errorf("%+v, %s", h.Platform, valueOf(h, "OTHER"))
	}
}

// TestEndpointsOfACapture: what answered is an endpoint at the documented address, and what
// leads to it stays a variable; what did not answer is none.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
func TestEndpointsOfACapture(t *testing.T) {
	const relative, full = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	s := newSalter()
	role := []Variable{{"role", s.shape("a-role")}}
	for name, row := range map[string]struct {
		variable, value string
		e               Endpoint
		want            string // kind, address, path, role
		leads           string
	}{
		"task": {relative, "/v2/credentials/0a1b", Endpoint{Kind: "container", Variable: relative, Answered: true},
			"ecs 169.254.170.2:80 /v2/credentials/11111111-0000-4000-8000-000000000001 captured",
			"${endpoint.task.path}"},
		"agent": {full, "http://169.254.170.23/v1/credentials",
			Endpoint{Kind: "container", Variable: full, Answered: true},
			"eks-pod-identity 169.254.170.23:80 /v1/credentials captured", "${endpoint.agent.url}"},
		"local": {full, "http://127.0.0.1:9001/x", Endpoint{Kind: "container", Variable: full, Answered: true},
			"snapstart 127.0.0.1:9001 /2021-04-23/credentials captured", "${endpoint.local.url}"},
		"metadata": {"A", "1", Endpoint{Kind: "imds", Answered: true, Tokens: "optional", Fields: role},
			"imds 169.254.169.254:80  captured", ""},
		"metadata without a role": {"A", "1", Endpoint{Kind: "imds", Answered: true}, "imds 169.254.169.254:80  ", ""},
		"nothing":                 {"A", "1", Endpoint{Kind: "imds"}, "", ""},
	} {
		o := seen(s, map[string]string{row.variable: row.value})
		o.Endpoints = []Endpoint{row.e}
		h := taken(t, o)
		got := ""
		for _, e := range h.Endpoints {
			got += strings.Join([]string{e.Kind, strings.Join(e.Addresses, ","), e.Path, e.Role}, " ")
			if e.Kind == "imds" && (e.IMDS.HopLimit != 2 || e.IMDS.Hops != 1 || e.Lifetime != "6h" ||
				e.IMDS.Tokens != map[string]string{"": "required", "optional": "optional"}[row.e.Tokens]) {
				t.Errorf("%s: %+v", name, e.IMDS)
			}
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
		if row.leads != "" && valueOf(h, row.variable) != row.leads {
			t.Errorf("%s: %s is %s, want %s", name, row.variable, valueOf(h, row.variable), row.leads)
		}
	}
}

// TestFilesOfACapture: settings keep the names of their sections and keys, a token's file is
// one of an issuer that a role trusts, and a file that could not be read is a note.
func TestFilesOfACapture(t *testing.T) {
	s := newSalter()
	content := s.shape("eyJ" + strings.Repeat("a", 500))
	o := seen(s, map[string]string{"AWS_PROFILE": "work", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/app",
		"AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"})
	o.Files = []File{
		{Path: "~/.aws/credentials", Sections: []Section{{Name: "profile work", Hash: s.shape("work").Hash,
			Keys: []Variable{{"aws_access_key_id", s.shape(longKey)},
				{"aws_secret_access_key", s.shape(longSecret)}}}}},
		{Variable: "AWS_WEB_IDENTITY_TOKEN_FILE", Content: &content},
		{Path: "~/.aws/config", Error: "no permission"},
	}
	h := taken(t, o)
	if len(h.Files) != 2 {
		t.Fatalf("%+v", h.Files)
	}
	want := "[profile work]\naws_access_key_id = ${user.accessKeyId}\naws_secret_access_key = ${user.secretAccessKey}\n"
	if f := h.Files[0]; f.Content != want || f.Path != "~/.aws/credentials" || f.Mode != "0600" ||
		f.SetBy != fixtures.ByUser {
		t.Errorf("%+v", f)
	}
	if f := h.Files[1]; f.Content != "${token.identity}" || f.Mode != "0644" || f.SetBy != fixtures.ByHost ||
		f.Path != "/var/run/secrets/eks.amazonaws.com/serviceaccount/token" {
		t.Errorf("%+v", f)
	}
	for name, want := range map[string]string{"AWS_PROFILE": "work", "AWS_ROLE_ARN": "${role.identity.arn}",
		"AWS_WEB_IDENTITY_TOKEN_FILE": "${file.file2}"} {
		if got := valueOf(h, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if len(h.Issuers) != 1 || h.Issuers[0].Audience != "sts.amazonaws.com" || len(h.Notes) != 1 ||
		h.Notes[0].Text != "The file of ~/.aws/config: no permission." {
		t.Errorf("%+v %+v", h.Issuers, h.Notes)
	}
}

// TestClassesOfValues: the narrowest class that has all characters of a value, and the
// longest known beginning.
func TestClassesOfValues(t *testing.T) {
	s := newSalter()
	for value, want := range map[string]string{
		"0123": "digits ", "00ff-12": "hex ", "ABC234": "upper ", "a_B-9": "word ", "a+/B9=": "base64 ", "a b": "text ",
		longKey: "upper AKIA", tempKey: "upper ASIA", "http://169.254.170.23/x": "text http://169.254.170.23/",
		"http://10.0.0.1/": "text http://", "/v2/credentials/1": "base64 /v2/credentials/",
		"FwoGZXIvYXdzA": "word FwoGZXIvYXdz",
		"eyJhbGci":      "word eyJ", "arn:aws:iam::1:user/a": "text arn:aws:iam::",
	} {
		shape := s.shape(value)
		if got := shape.Class + " " + shape.Prefix; got != want || shape.Length != len(value) {
			t.Errorf("%s: %q of %d characters, want %q", value, got, shape.Length, want)
		}
		made := shape.madeUp()
		if shape.Public == nil && (len(made) != len(value) || !strings.HasPrefix(made, shape.Prefix) ||
			made != shape.madeUp()) {
			t.Errorf("%s: made up as %q", value, made)
		}
	}
}
