package capture

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/fixtures"
)

// DefaultSource is what a captured fixture names as its source: who looked.
const DefaultSource = "https://github.com/hostproof/hostproof"

// Options are what an Observation does not have.
type Options struct {
	Name   string // of the host; "captured" by default
	Source string // where the capture is discussed: an https address or owner/repository#number
}

// Fixture is an Observation as a host: what its host.yaml holds, ready to be
// loaded by package fixtures. Long-term keys become the project user's,
// temporary keys belong to sessions of a role, and every other value is made up
// in the same shape: equal values stay equal.
func (o *Observation) Fixture(opts Options) ([]byte, error) {
	b := &builder{observation: o, known: provenance(o, opts), sessions: map[string]string{},
		values: map[string]string{}, role: "captured"}
	b.host = &fixtures.Host{
		Name: cmp.Or(opts.Name, "captured"), Title: "Captured on " + o.Time.Format("2006-01-02"),
		Summary: "The variables, files and credential endpoints of a host as a program found them there; values are " +
			"made up in the same shape.",
		Basis: "One look at one running program; who set a variable, and whose credentials are in it, is inferred " +
			"from names and shapes.",
		Region: o.region(),
		NotSimulated: []string{
			"values: lengths, known prefixes and equality are as observed on the host; the rest is made up",
		},
	}
	b.build()
	if o.By == byDump {
		b.host.NotSimulated = append(b.host.NotSimulated,
			"files and credential endpoints: a dump of an environment does not show them; hostproof capture does")
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(b.host); err != nil {
		return nil, fmt.Errorf("writing the fixture: %w", err)
	}
	if _, err := Host(out.Bytes()); err != nil {
		return nil, fmt.Errorf("this capture makes no fixture: %w", err)
	}
	return out.Bytes(), nil
}

func provenance(o *Observation, opts Options) fixtures.Provenance {
	return fixtures.Provenance{From: fixtures.Observed, Confidence: fixtures.Verified, Source: cmp.Or(opts.Source,
		DefaultSource), Checked: o.Time.Format("2006-01-02")}
}

func (o *Observation) region() string {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		for _, v := range o.Variables {
			if v.Name == name && v.Public != nil && *v.Public != "" {
				return *v.Public
			}
		}
	}
	return "us-east-1"
}

// builder makes a host.
type builder struct {
	observation *Observation
	host        *fixtures.Host
	known       fixtures.Provenance
	role        string
	sessions    map[string]string // hash of a temporary key id -> name of its session
	values      map[string]string // hash -> the placeholder that stands for such values
	userHash    string            // of the long-term key id that is the user's
}

func (b *builder) build() {
	b.credentials(b.observation.Variables)
	for _, f := range b.observation.Files {
		for _, s := range f.Sections {
			b.credentials(s.Keys)
			b.values[s.Hash] = strings.TrimPrefix(s.Name, "profile ")
		}
	}
	for _, e := range b.observation.Endpoints {
		b.endpoint(e)
	}
	for _, f := range b.observation.Files {
		b.file(f)
	}
	var left []string
	for _, v := range b.observation.Variables {
		if tool.MatchString(v.Name) && v.Public == nil {
			left = append(left, v.Name)
			continue
		}
		b.variable(v)
	}
	if len(left) > 0 {
		b.host.NotSimulated = append(b.host.NotSimulated, "variables that made-up values would break programs by: "+
			strings.Join(left, ", "))
	}
	b.host.Evidence = map[string]fixtures.Provenance{"capture": b.known}
}

// evidence is the provenance of everything, with a note of its own.
func (b *builder) evidence(note string) fixtures.Provenance {
	return fixtures.Provenance{Evidence: "capture", Note: note}
}

// inferred is the provenance of what the observation does not show.
func (b *builder) inferred(note string) fixtures.Provenance {
	return fixtures.Provenance{Evidence: "capture", From: fixtures.Inferred, Confidence: fixtures.Unverified,
		Note: note}
}

// credentials finds key ids, and the secrets and tokens that go with them by
// name.
func (b *builder) credentials(list []Variable) {
	for _, v := range list {
		if !isKeyID(v.Shape) {
			continue
		}
		secret, token := with(list, v, isSecretName), with(list, v, isTokenName)
		switch {
		case v.Prefix == "AKIA" && (b.userHash == "" || b.userHash == v.Hash):
			b.userHash = v.Hash
			b.values[v.Hash] = "${user.accessKeyId}"
			b.set(secret, "${user.secretAccessKey}")
		case v.Prefix == "ASIA" && b.sessions[v.Hash] == "":
			b.session(v, secret, token)
		}
	}
	for _, v := range list {
		if isToken(v.Shape) && b.values[v.Hash] == "" {
			b.platform(v)
		}
	}
}

func (b *builder) set(v *Variable, placeholder string) {
	if v != nil && v.Public == nil && b.values[v.Hash] == "" {
		b.values[v.Hash] = placeholder
	}
}

// session makes a session of the captured role for a temporary key.
func (b *builder) session(key Variable, secret, token *Variable) {
	name := "session"
	if n := len(b.sessions); n > 0 {
		name = fmt.Sprintf("session%d", n+1)
	}
	b.needRole()
	b.sessions[key.Hash] = name
	s := fixtures.Session{Name: name, Role: b.role, SessionName: name, ExpiresIn: "1h",
		Provenance: b.inferred("which role and until when is not known")}
	if token != nil {
		s.TokenLength = tokenLength(token.Length)
	}
	b.host.Sessions = append(b.host.Sessions, s)
	b.values[key.Hash] = "${session." + name + ".accessKeyId}"
	b.set(secret, "${session."+name+".secretAccessKey}")
	b.set(token, "${session."+name+".sessionToken}")
}

// platform treats a session token without a matching key as the host's own
// credentials.
func (b *builder) platform(token Variable) {
	if b.host.Platform == nil {
		b.host.Platform = &fixtures.Platform{Account: "999988887777", Role: "platform", Session: "platform",
			Service:     "lambda.amazonaws.com",
			TokenLength: tokenLength(token.Length), Provenance: b.inferred("the token in " + token.Name +
				" has no key of its own: it is taken for the host's")}
	}
	b.values[token.Hash] = "${platform.sessionToken}"
}

func (b *builder) needRole() {
	if len(b.host.Roles) > 0 {
		return
	}
	b.host.Roles = append(b.host.Roles, fixtures.Role{Name: b.role,
		Purpose:      "whose temporary credentials the host hands out",
		TrustService: []string{"lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com"},
		Provenance:   b.inferred("its name is not captured")})
}

// tokenLength is the nearest length that a made-up token can have.
func tokenLength(n int) int { return min(4096, max(356, n/4*4)) }

func isKeyID(s Shape) bool {
	return (s.Prefix == "AKIA" || s.Prefix == "ASIA") && s.Length == 20 && s.Class == "upper"
}

func isToken(s Shape) bool {
	return (s.Prefix == "IQoJb3JpZ2luX2Vj" || s.Prefix == "FwoGZXIvYXdz") && s.Length >= 100
}

// The parts of names that distinguish a key, its secret and its token.
var (
	keyPart    = regexp.MustCompile(`(?i)(?:access_?key_?id|access_?key|key_?id)`)
	secretPart = regexp.MustCompile(`(?i)(?:secret_?access_?key|secret_?key|access_?key_?secret|secret)`)
	tokenPart  = regexp.MustCompile(`(?i)(?:session_?token|security_?token|token)`)
)

func isSecretName(v Variable) (stem string, ok bool) {
	return secretPart.ReplaceAllString(v.Name, ""), v.Length == 40 && secretPart.MatchString(v.Name)
}

func isTokenName(v Variable) (stem string, ok bool) {
	return tokenPart.ReplaceAllString(v.Name, ""), isToken(v.Shape) && tokenPart.MatchString(v.Name)
}

// with finds the variable that goes with a key id: the same name but for the
// part that says what it is.
func with(list []Variable, key Variable, is func(Variable) (string, bool)) *Variable {
	stem := keyPart.ReplaceAllString(key.Name, "")
	for i := range list {
		if s, ok := is(list[i]); ok && strings.EqualFold(s, stem) {
			return &list[i]
		}
	}
	return nil
}

// value is what stands for a shape: a placeholder of credentials, the region,
// or something made up.
func (b *builder) value(s Shape) string {
	switch p := b.values[s.Hash]; {
	case p != "" && s.Public == nil:
		return p
	case s.Public != nil && *s.Public == b.host.Region && s.Length > 4:
		return "${region}"
	}
	return strings.ReplaceAll(s.madeUp(), "${", "$${")
}

// tool are variables that runtimes and tools obey: paths, options, proxies,
// certificates, other endpoints.
var tool = regexp.MustCompile(
	`(?i)^(NODE_|NPM_|LD_|DYLD_|PYTHON|PIP_|PYENV|JAVA_|JDK_|_JAVA|RUBY|GEM_|BUNDLE_|GO[A-Z]|GIT_|DOTNET_|PHP|PERL|RUST|CARGO|SSL_|.*CERT|.*_CA_|.*PROXY$|.*PATH$|.*_HOME$|` +
		`AWS_ENDPOINT_URL|AWS_EC2_METADATA_SERVICE_ENDPOINT|AWS_LAMBDA_EXEC_WRAPPER)`)

func (b *builder) variable(v Variable) {
	out := fixtures.Variable{Name: v.Name, SetBy: fixtures.ByUser, Provenance: b.evidence(describe(v.Shape))}
	if out.Value = b.values["variable "+v.Name]; out.Value == "" {
		out.Value = b.value(v.Shape)
	}
	if ofHosts(v.Name) && !strings.HasPrefix(out.Value, "${user.") {
		out.SetBy = fixtures.ByHost
	}
	b.host.Variables = append(b.host.Variables, out)
}

// ofHosts reports whether hosts set a variable of that name.
func ofHosts(name string) bool {
	for _, h := range fixtures.Builtin().Hosts() {
		if slices.ContainsFunc(h.Variables, func(v fixtures.Variable) bool {
			return v.Name == name &&
				v.SetBy == fixtures.ByHost
		}) {
			return true
		}
	}
	return strings.HasPrefix(name, "AWS_LAMBDA_") || strings.HasPrefix(name, "AWS_CONTAINER_") ||
		strings.HasPrefix(name, "VERCEL_") || strings.HasPrefix(name, "ECS_")
}

func describe(s Shape) string {
	if s.Public != nil {
		return ""
	}
	text := fmt.Sprintf("%d characters, %s", s.Length, s.Class)
	if s.Prefix != "" {
		text += ", begins with " + s.Prefix
	}
	return text + ", hash " + s.Hash
}

// endpoint takes over what answered.
func (b *builder) endpoint(e Endpoint) {
	if !e.Answered {
		return
	}
	note := fmt.Sprintf("answered %d after %d ms", e.Status, e.Millis)
	switch {
	case e.Kind == "imds":
		out := fixtures.Endpoint{Name: "metadata", Kind: "imds", Addresses: []string{"169.254.169.254:80"},
			SessionName: "i-0123456789abcdef0", Lifetime: "6h",
			IMDS:       &fixtures.IMDS{Tokens: cmp.Or(e.Tokens, "required"), HopLimit: 2, Hops: 1},
			Provenance: b.evidence(note)}
		if len(e.Fields) > 0 {
			b.needRole()
			out.Role = b.role
		}
		b.host.Endpoints = append(b.host.Endpoints, out)
	case e.Variable == "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI":
		b.container(fixtures.Endpoint{Name: "task", Kind: "ecs", Addresses: []string{"169.254.170.2:80"},
			Path:        "/v2/credentials/11111111-0000-4000-8000-000000000001",
			SessionName: "task", Provenance: b.evidence(note)}, e.Variable, "${endpoint.task.path}")
	case b.prefixed(e.Variable, "http://169.254.170.23/"):
		b.container(fixtures.Endpoint{Name: "agent", Kind: "eks-pod-identity", Addresses: []string{"169.254.170.23:80"},
			Path:        "/v1/credentials",
			SessionName: "pod", Provenance: b.evidence(note)}, e.Variable, "${endpoint.agent.url}")
	default:
		b.container(fixtures.Endpoint{Name: "local", Kind: "snapstart", Addresses: []string{"127.0.0.1:9001"},
			Path:        "/2021-04-23/credentials",
			SessionName: "local", Provenance: b.evidence(note)}, e.Variable, "${endpoint.local.url}")
		b.values["variable AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "${endpoint.local.token}"
	}
}

func (b *builder) container(e fixtures.Endpoint, variable, placeholder string) {
	b.needRole()
	e.Role, e.Lifetime = b.role, "1h"
	b.values["variable "+variable] = placeholder
	b.host.Endpoints = append(b.host.Endpoints, e)
}

func (b *builder) prefixed(variable, prefix string) bool {
	return slices.ContainsFunc(b.observation.Variables, func(v Variable) bool {
		return v.Name == variable &&
			v.Prefix == prefix
	})
}

// file makes a file of the same shape, with the credentials that belong in it.
func (b *builder) file(f File) {
	if f.Error != "" {
		b.host.Notes = append(b.host.Notes, fixtures.Note{Text: fmt.Sprintf("The file of %s: %s.",
			cmp.Or(f.Variable, f.Path), f.Error), Provenance: b.evidence("")})
		return
	}
	name := "file" + fmt.Sprint(len(b.host.Files)+1)
	out := fixtures.File{Name: name, Path: cmp.Or(f.Path, b.pathOf(f.Variable, name)), Mode: "0600",
		SetBy: fixtures.ByUser, Provenance: b.evidence("")}
	switch {
	case f.Sections != nil:
		out.Content = b.ini(f.Sections)
	case f.Variable == "AWS_WEB_IDENTITY_TOKEN_FILE":
		b.webIdentity()
		out.Content, out.SetBy, out.Mode = "${token.identity}", fixtures.ByHost, "0644"
	case f.Content != nil:
		out.Content, out.SetBy, out.Mode = b.value(*f.Content), fixtures.ByHost, "0644"
		if f.Variable == "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" && f.Content.Prefix == "eyJ" {
			b.webIdentity()
			out.Content = "${token.identity}"
		}
	}
	if out.Content == "" {
		out.Content = "# empty\n"
	}
	if f.Variable != "" {
		b.values["variable "+f.Variable] = "${file." + name + "}"
	}
	b.host.Files = append(b.host.Files, out)
}

// pathOf is the path in a variable, where that is public knowledge.
func (b *builder) pathOf(variable, name string) string {
	for _, v := range b.observation.Variables {
		if v.Name == variable && v.Public != nil && strings.HasPrefix(*v.Public, "/") {
			return *v.Public
		}
	}
	return "/captured/" + name
}

func (b *builder) ini(sections []Section) string {
	var out strings.Builder
	for _, s := range sections {
		fmt.Fprintf(&out, "[%s]\n", s.Name)
		for _, k := range s.Keys {
			fmt.Fprintf(&out, "%s = %s\n", k.Name, b.value(k.Shape))
		}
	}
	return out.String()
}

// webIdentity makes an issuer and a role that trusts it.
func (b *builder) webIdentity() {
	if len(b.host.Issuers) > 0 {
		return
	}
	note := "issuer, audience and subject are not captured"
	b.host.Issuers = append(b.host.Issuers, fixtures.Issuer{Name: "identity",
		URL: "https://oidc.eks.${region}.amazonaws.com/id/CAPTURED", Audience: "sts.amazonaws.com",
		Subject: "system:serviceaccount:default:${project.name}", Lifetime: "24h", Provenance: b.inferred(note)})
	b.host.Roles = append(b.host.Roles, fixtures.Role{Name: "identity", Purpose: "whom the token file makes",
		Provenance: b.inferred(note),
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"${issuer.identity.arn}"},"Action":"sts:AssumeRoleWithWebIdentity",` +
			`"Condition":{"StringEquals":{"${issuer.identity.host}:aud":"sts.amazonaws.com"}}}]}`})
	b.values["variable AWS_ROLE_ARN"] = "${role.identity.arn}"
}
