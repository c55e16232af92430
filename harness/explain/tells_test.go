package explain

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

func TestShapes(t *testing.T) {
	both := &verdict.Refusal{Cause: verdict.MissingParts{Missing: []string{"Signature", "SignedHeaders"}}}
	if got := lacking(both); got != "it lacks Signature,SignedHeaders" {
		t.Error(got)
	}
	query := &verdict.Refusal{Cause: verdict.MissingQuery{Missing: []string{"X-Amz-Date"}}}
	if got := lacking(query); got != "it lacks X-Amz-Date" {
		t.Error(got)
	}
	if got := lacking(&verdict.Refusal{}); got != "" {
		t.Error(got)
	}
	for secret, want := range map[string]string{strings.Repeat("a", 31): "…", strings.Repeat("a", 32): "aaaaaaaa…"} {
		if got := begin(secret); got != want {
			t.Errorf("%s: %s", secret, got)
		}
	}
}

// TestHeaderFaults: the Authorization header as AWS repeats it in a message.
func TestHeaderFaults(t *testing.T) {
	const says = "IncompleteSignatureException: x in Authorization header: "
	for header, want := range map[string]string{
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIA/x": "begins with its own name",
		"Authorization=AWS4": "begins with its own name",
		"Bearer x":           "another scheme", "Basic x": "another scheme", "Token x": "another scheme",
		"Negotiate x": "another scheme", "'Bearer x'": "another scheme",
		"AWS4-HMAC-SHA256 Credential=A/x, AWS4-HMAC-SHA256 Credential=A/x": "two signatures",
		"AWS4-HMAC-SHA256 Credential=/2026":                                "names no access key id",
		"AWS4-HMAC-SHA256 Credential=%2F2026":                              "names no access key id",
		"AWS4-HMAC-SHA256 Credential=":                                     "names no access key id",
		"AWS4-HMAC-SHA256 Credential=, x":                                  "names no access key id",
		"AWS4-HMAC-SHA256 Credential=None/2026":                            "word for nothing",
		"AWS4-HMAC-SHA256 Credential=null/2026":                            "word for nothing",
		"AWS4-HMAC-SHA256 Credential=undefined/2026":                       "word for nothing",
		"AWS4-HMAC-SHA256 Credential=nil/2026":                             "word for nothing",
		"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/2026":            "",
	} {
		f, ok := headerFinding(says + header)
		if ok != (want != "") || !strings.Contains(f.What, want) {
			t.Errorf("%s: %v %+v", header, ok, f)
		}
		if ok && (f.Kind != "malformed-signature" || f.Confidence != "L" || f.Source != docSigV4 || f.Why == "" ||
			!strings.HasSuffix(f.Change, ".") || f.Change[:1] != strings.ToUpper(f.Change[:1])) {
			t.Errorf("%s: %+v", header, f)
		}
	}
}

func TestSameRole(t *testing.T) {
	const session = "arn:aws:sts::111122223333:assumed-role/app/s"
	for target, want := range map[string]bool{
		"arn:aws:iam::111122223333:role/app": true, "arn:aws:iam::111122223333:role/path/app": true,
		"arn:aws:iam::999988887777:role/app": false, "arn:aws:iam::111122223333:role/other": false,
		"arn:aws:iam::<account>:role/app": true, "arn:aws:iam::****:role/app": true, "app": false,
		"arn:aws:iam::111122223333:user/app": false,
	} {
		if sameRole(session, target) != want {
			t.Errorf("%s: not %t", target, want)
		}
		f := assumesItself(ledger.Finding{Kind: "not-allowed", What: "x"}, session, target)
		if want != (f.Kind == "not-trusted") || want && (!strings.Contains(f.What, target) || !strings.Contains(f.Why,
			session) ||
			!strings.Contains(f.Change, "already those of the role")) || !want && f.What != "x" {
			t.Errorf("%s: %+v", target, f)
		}
	}
	for text, want := range map[string]string{
		"User: " + session + " is not": session, "as arn:aws:iam::111122223333:root.": "arn:aws:iam::111122223333:root",
		`"arn:aws:iam::111122223333:user/a"`: "arn:aws:iam::111122223333:user/a", "arn:aws:s3:::b": "",
		"arn:aws-cn:sts::111122223333:federated-user/f,": "arn:aws-cn:sts::111122223333:federated-user/f",
	} {
		if got := principalIn(text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestDeniedNamed(t *testing.T) {
	f := deniedNamed("no: arn:aws:sts::111122223333:assumed-role/app/i-0a", ledger.Finding{Kind: "not-allowed"})
	if f.Kind != "not-allowed" || !strings.Contains(f.What, "assumed-role/app/i-0a.") ||
		!strings.HasPrefix(f.Why, "The session is named") || !strings.Contains(f.Why, " Compare it") ||
		!strings.Contains(f.Change, "allow the call to it") {
		t.Errorf("%+v", f)
	}
	f = deniedNamed("warning: no credentials found\nAccess Denied", ledger.Finding{Kind: "not-allowed"})
	if f.Kind != "anonymous" || !strings.Contains(f.What, `"warning: no credentials found"`) ||
		!strings.Contains(f.Why, "without a signature") || !strings.Contains(f.Change, "look at the policy") {
		t.Errorf("%+v", f)
	}
	if f := deniedNamed("Access Denied", ledger.Finding{Kind: "not-allowed", What: "x"}); f.Kind != "not-allowed" ||
		f.What != "x" || f.Why != "" {
		t.Errorf("%+v", f)
	}
}

// TestDenials: what a refusal says, word for word as IAM has it, becomes why and what to
// change (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
func TestDenials(t *testing.T) {
	const user, table = "arn:aws:iam::111122223333:user/ann", "arn:aws:dynamodb:us-east-1:111122223333:table/t"
	for _, row := range []struct {
		d                  denial
		kind               ledger.Kind
		what, why, changes string
	}{
		{denial{caller: user, action: "dynamodb:GetItem", resource: table, rest: ""}, "not-allowed",
			"The credentials are valid, those of " + user + ", and dynamodb:GetItem was refused on " + table + ".",
			"No policy that counts for this caller allows it on this resource.", "Allow dynamodb:GetItem to it"},
		{denial{caller: user, action: "s3:ListAllMyBuckets"}, "not-allowed", "s3:ListAllMyBuckets was refused.",
			"No policy that counts for this caller allows it", "Allow s3:ListAllMyBuckets to it"},
		{denial{caller: user, action: "sts:AssumeRole", resource: "arn:aws:iam::111122223333:role/r"}, "not-trusted",
			"sts:AssumeRole was refused on", "For AssumeRole two sides count", "in the role's trust policy"},
		{denial{caller: user, action: "sts:TagSession", resource: "arn:aws:iam::111122223333:role/r"}, "not-trusted",
			"sts:TagSession was refused on", "The call passes session tags", "Allow sts:TagSession next to"},
		{denial{caller: user, action: "dynamodb:GetItem", resource: table,
			rest: "because no session policy allows the dynamodb:GetItem action"}, "session-policy", "was refused",
			"The session was made with a policy of its own", "Widen the session policy"},
	} {
		f := row.d.finding()
		if f.Kind != row.kind || !strings.Contains(f.What, row.what) || !strings.Contains(f.Why, row.why) ||
			!strings.Contains(f.Change, row.changes) || f.Source != docDenied || f.Confidence != "L" ||
			!strings.HasSuffix(f.Change, "If this is not the principal that you meant, the program found other "+
				"credentials first.") {
			t.Errorf("%s: %+v", row.d.action, f)
		}
	}
}

// TestLacks: what a program says that has no credentials, and the names that it shows.
func TestLacks(t *testing.T) {
	for text, want := range map[string]bool{
		"no AWS credentials": true, "without credentials": true, "missing access key": true, "lacks a secret key": true,
		"could not find credentials": true, "couldn't load credentials": true, "cannot resolve AWS credentials": true,
		"can't get credentials": true, "unable to locate credentials": true, "failed to retrieve credentials": true,
		"failed to obtain an access key id": true, "didn't find credentials": true,
		"credentials could not be loaded": true, "credentials not found": true, "access key not set": true,
		"secret access key is missing": true, "credentials unavailable": true, "CredentialsNotLoaded": true,
		"NoCredentialsError": true, "NoCredentialProviders: x": true, "NoAuthHandlerFound": true,
		"No AWS Credentials":                          true,
		"no valid providers in chain for credentials": true, "Provider returned no credentials": true,
		"invalid credentials": false, "credentials expired": false, "the credentials were refused": false, "": false,
	} {
		if _, got := lackLine(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	if line, _ := lackLine("starting\nsorry: no credentials here\nbye"); line != "sorry: no credentials here" {
		t.Error(line)
	}
	for text, want := range map[string]string{
		"AWS_ACCESS_KEY=x AWS_ACCESS_KEY=y": "AWS_ACCESS_KEY", "AWS_SECRET_KEY": "AWS_SECRET_KEY",
		"AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_WEB_IDENTITY_TOKEN_FILE": "",
		"AWS_BEARER_TOKEN_BEDROCK AWS_CONTAINER_AUTHORIZATION_TOKEN":                            "",
		"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE S3_SECRET AMAZON_KEY":                           "",
		"AWS_ACCESS_KEY_ID (or AWS_ACCESS_KEY)":                                                 "",
		"AWS_TOKEN, AWS_SECRET":                                                                 "AWS_TOKEN AWS_SECRET",
	} {
		if got := strings.Join(oddNames(text), " "); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
	why, change, said := lackOf("fromEnv, AWS_SECRET_KEY")
	if !strings.Contains(why, "The text names as tried: environment variables.") ||
		!strings.Contains(why, "shows AWS_SECRET_KEY, a name that SDKs do not read") ||
		!strings.HasPrefix(why, "The text shows") || !strings.Contains(change, "HOME, profile") || said {
		t.Errorf("%s %s %t", why, change, said)
	}
}

func TestNewMessage(t *testing.T) {
	for target, want := range map[string][2]string{
		"https://h.example/a/b?x=1&y": {"/a/b", "x=1&y"}, "/a%20b": {"/a%20b", ""}, "https://h.example": {"/", ""},
		"/%zz?q=1": {"/%zz", "q=1"}, "%zz": {"/", ""},
	} {
		m := newMessage("x:1", "get", target)
		path, query := m.target()
		if m.method != "GET" || m.at != "x:1" || query != want[1] || path != want[0] && m.url.Opaque != want[0] {
			t.Errorf("%s: %s %s %s", target, m.method, path, query)
		}
	}
	m := newMessage("", "GET", "https://h.example/")
	if m.host() != "h.example" {
		t.Error(m.host())
	}
	for _, h := range [][2]string{{":authority", "a.example"}, {":method", "PUT"}, {":path", "/x"}, {":scheme", "http"},
		{"", "x"}, {" X-A ", " v "}, {"X-A", "w"}} {
		m.setHeader(h[0], h[1])
	}
	if m.host() != "a.example" || len(m.header) != 2 || strings.Join(m.header["X-A"], "|") != "v|w" {
		t.Errorf("%v", m.header)
	}
	if p, q := (&message{}).target(); p != "/" || q != "" || (&message{}).host() != "" {
		t.Error(p, q)
	}
}

// TestEssence: of a text that is too long, the lines about a failure, with the three
// before and after.
func TestEssence(t *testing.T) {
	short := strings.Repeat("x\n", 90000)
	if essence(short) != short {
		t.Error("a text that is short enough was cut")
	}
	long := strings.Repeat("calm\n", 50000)
	got := essence(long + "a1\na2\na3\nit failed\nb1\nb2\nb3\nb4\n" + long)
	if got != "a1\na2\na3\nit failed\nb1\nb2\nb3\n" {
		t.Errorf("%.200q", got)
	}
	if got := essence(long + strings.Repeat("y", 5000) + " error\n" + "error " + strings.Repeat("z",
		5000)); len(got) > 3*5+2*4097 ||
		!strings.Contains(got, "error zzz") {
		t.Errorf("%d %.200q", len(got), got)
	}
	many := essence(strings.Repeat("error of "+strings.Repeat("z", 1000)+"\n", 400))
	if len(many) < 180<<10 || len(many) > 200<<10 {
		t.Errorf("%d bytes are kept", len(many))
	}
}

func TestUnwrapped(t *testing.T) {
	const long = "An error occurred (AccessDenied) when calling it"
	for text, want := range map[string]string{
		long + "\nand so on, twice": long + " and so on, twice", long + "\n  arn:aws:x": long + " arn:aws:x",
		long + "\n(because)": long + " (because)", long + "\nhttps://x": long + " https://x",
		long + "\n'name' x": long + " 'name' x",
		long + "\nThe next": long + "\nThe next", "short\nand so on": "short\nand so on", long + "\n\nand so": long +
			"\n\nand so",
		"a\nb": "a\nb", "": "",
	} {
		if got := unwrapped(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
