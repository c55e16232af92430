package explain

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
)

// TestTriedIn: the sources of credentials as the texts of SDKs name them.
func TestTriedIn(t *testing.T) {
	const (
		variables = "environment variables"
		web       = "web identity token"
		sso       = "IAM Identity Center (SSO)"
		profile   = "profile in the credentials or config file"
		process   = "a process"
		container = "container endpoint"
		metadata  = "instance metadata"
	)
	for text, want := range map[string][]string{
		"EnvProvider: x, SharedCredsProvider":         {variables},
		"EnvironmentVariableCredentialsProvider(): x": {variables},
		"env config":                             {variables},
		"fromEnv":                                {variables},
		"environment variable AWS_ACCESS_KEY_ID": {variables},
		"WebIdentityTokenFileCredentialsProvider": {web},
		"fromTokenFile":  {web},
		"SSO session":    {sso},
		"SSOProvider":    {sso},
		"fromSSO":        {sso},
		"SsoCredentials": {sso},
		"ProfileCredentialsProvider(profileName=d)": {profile},
		"SharedCredsProvider":                       nil,
		"SharedCredentials":                         {profile},
		"shared config":                             {profile},
		"fromIni":                                   {profile},
		"the credentials file":                      {profile},
		"the config file":                           {profile},
		"credential_process":                        {process},
		"ProcessCredentials":                        {process},
		"ProcessProvider":                           {process},
		"fromProcess":                               {process},
		"ContainerCredentialsProvider":              {container},
		"ContainerMetadata":                         {container},
		"EcsCredentials":                            {container},
		"EcsContainer":                              {container},
		"http://169.254.170.2/x":                    {container},
		"fromContainerMetadata":                     {container},
		"AWS_CONTAINER_CREDENTIALS_FULL_URI":        {container},
		"InstanceProfileCredentialsProvider":        {metadata},
		"fromEnv, fromProcess, then http://169.254.169.254": {variables, process, metadata},
		"": nil,
	} {
		if got := triedIn(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestChainOf: how errors of several languages name what they wrap.
func TestChainOf(t *testing.T) {
	for _, row := range []struct {
		name, text string
		want       []string
	}{
		{"Java", "A failed\nCaused by: B failed\nCaused by: C", []string{"A failed", "B failed", "C"}},
		{"Java, old", "A; nested exception is B", []string{"A", "B"}},
		{"Python", "A\n\nThe above exception was the direct cause of the following exception:\n\nB",
			[]string{"A", "B"}},
		{"Rust", "A because of: B", []string{"A", "B"}},
		{"providers",
			"Unable to load credentials. Tried [EnvProvider(): no variables, ProfileProvider(file=f): no file]",
			nil},
		{"boxes of Terraform", "│ Error: A\n╵\n", []string{"Error: A"}},
		{"nothing", " \n;. ", nil},
	} {
		var got []string
		for _, l := range chainOf(row.text) {
			got = append(got, l.text)
		}
		if row.want != nil && !slices.Equal(got, row.want) || row.name == "nothing" && len(got) > 0 {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
	for _, row := range []struct {
		text string
		want []*place
	}{
		{"IMDS\nrefused", []*place{instanceMetadata, instanceMetadata}},
		{"IMDS\nGET https://example.com", []*place{instanceMetadata, nil}},
		{"IMDS\nconnect 10.0.0.1 failed\nagain", []*place{instanceMetadata, nil, instanceMetadata}},
		{"refused\nIMDS\nsts.amazonaws.com\nx", []*place{nil, instanceMetadata, securityTokens, securityTokens}},
	} {
		var got []*place
		for _, l := range chainOf(row.text) {
			got = append(got, l.at)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%q: %v", row.text, got)
		}
	}
	if n := len(chainOf(strings.Repeat("x\n", 1000))); n != 400 {
		t.Errorf("%d links", n)
	}
}

// TestReadings: everything that is read out of a text besides its findings.
func TestReadings(t *testing.T) {
	const names = "on which host it runs, and the names (not the values) of the variables there that begin with AWS_"
	for _, row := range []struct {
		name, text string
		kind       ledger.Kind
		has        []string // in its JSON
		not        []string
	}{
		{"nothing", "AWS credentials error: strange", "not-known",
			[]string{"on which host the program runs: the text shows none", names, "hostproof run --host",
				"hostproof hosts"}, []string{`"chain"`, `"tried"`}},
		{"botocore", "botocore.exceptions.NoCredentialsError: Unable to locate credentials", "no-credentials",
			[]string{"did not get as far as an answer of the AWS service", "the text is of boto3",
				"whether the credentials would be accepted once they are found"}, []string{"AWS received the request"}},
		{"an answer", "An error occurred (SignatureDoesNotMatch) when calling the PutObject operation: x",
			"wrong-signature", []string{"AWS received the request and refused it",
				"where the program took its credentials from: only a run shows that"}, []string{"did not get as far"}},
		{"a chain", "AWS credentials failed\nCaused by: no credentials in IMDS\nfromEnv", "no-credentials",
			[]string{`"AWS credentials failed"`, `"no credentials in IMDS"`, `"environment variables"`,
				`"instance metadata"`}, nil},
		{"a secret", "AWS credentials wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEYwJalr failed\nCaused by: AWS error",
			"no-credentials", []string{"characters\\u003e failed"}, []string{"wJalrXUtn"}},
	} {
		reading := read(row.text, chainOf(row.text), []ledger.Finding{{Kind: row.kind}})
		b, err := json.Marshal(reading)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range row.has {
			if !strings.Contains(string(b), want) {
				t.Errorf("%s: without %s: %s", row.name, want, b)
			}
		}
		for _, unwanted := range row.not {
			if strings.Contains(string(b), unwanted) {
				t.Errorf("%s: with %s: %s", row.name, unwanted, b)
			}
		}
	}
	for _, row := range []struct {
		fits []HostFit
		kind ledger.Kind
		want string
	}{
		{[]HostFit{{Host: "ec2"}, {Host: "eks-irsa"}}, "bad-bearer", "hostproof run --host ec2 -- YOUR COMMAND"},
		{nil, "bad-bearer", "hostproof run --host local -- YOUR COMMAND   (or the host that it is: hostproof hosts)"},
		{nil, "such-a-kind-is-not-known", "hostproof run --host HOST -- YOUR COMMAND   (hostproof hosts lists them)"},
	} {
		if got := reproduce(row.fits, row.kind); got != row.want {
			t.Errorf("%s: %q, want %q", row.kind, got, row.want)
		}
	}
	long := read(strings.Repeat("AWS failed\n", 30), chainOf(strings.Repeat("AWS failed\n", 30)), nil)
	if len(long.Chain) != 8 {
		t.Errorf("%d links are shown", len(long.Chain))
	}
	for kind, want := range map[ledger.Kind]string{"no-credentials": "client", "wrong-signature": "aws",
		"endpoint-refused": "place"} {
		if got := aboutKind(kind).Stage; got != want {
			t.Errorf("%s: stage %q", kind, got)
		}
	}
}

// TestNotKnown: a text that may be about credentials, and one in which nothing failed.
func TestNotKnown(t *testing.T) {
	for _, row := range []struct{ name, text, what, why string }{
		{"words", "starting\nAWS error: strange thing\nbye", `"AWS error: strange thing"`, "It names no answer of AWS"},
		{"no word", "strange", "cannot be told from this text.", ""},
		{"the last", "AWS error: one\nAWS error: two\ninfo aws done", `"AWS error: two"`, ""},
		{"a frame", "AWS error: one\n  at aws.error (x)", `"AWS error: one"`, ""},
		{"only the vocabulary", "aws starts\nhello", `"aws starts"`, ""},
	} {
		f := notKnown(row.text, chainOf(row.text))
		if f.Kind != "not-known" || f.Confidence != "U" || f.Source != docChain || !strings.Contains(f.What,
			row.what) ||
			!strings.Contains(f.Why, row.why) || !strings.Contains(f.Change, "--debug") ||
			!strings.Contains(f.Change, "hostproof run --host HOST -- YOUR COMMAND.") || !strings.HasPrefix(f.Change,
			"Send ") {
			t.Errorf("%s: %+v", row.name, f)
		}
	}
	f := nothingFailed("hello")
	if f.Kind != "nothing-failed" || f.Confidence != "V" || f.Source != docChain || f.What == "" || f.Why == "" ||
		!strings.Contains(f.Change, "--debug") || !strings.Contains(f.Change, "YOUR COMMAND") {
		t.Errorf("%+v", f)
	}
	if text := strings.Repeat("é", 160); short(text) != text || short(text+"é") != text+"…" {
		t.Errorf("%s", short(text+"é"))
	}
}

// TestHideSecrets: what may be a key or a token does not come back; names do.
func TestHideSecrets(t *testing.T) {
	key := "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" // of 40 characters
	const tokenFile = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"
	for text, want := range map[string]string{
		tokenFile:         tokenFile,
		"x " + key + " y": "x <40 characters> y", key[1:]: key[1:],
		"a q7RzX/4mVb+N2tKp9sLw b": "a <20 characters> b", "q7RzX/4mVb+": "q7RzX/4mVb+",
		"X-Amz-Content-Sha256 AWSSecurityTokenV20110615":      "X-Amz-Content-Sha256 AWSSecurityTokenV20110615",
		"token: expired, status token=403":                    "token: expired, status token=403",
		"aws_access_key_id=AKIAREALREALREALREAL":              "aws_access_key_id=AKIAREALREALREALREAL",
		"MY_TOKEN_FILE=/run/token1":                           "MY_TOKEN_FILE=/run/token1",
		"request 1b4e28ba-2fa1-11d2-883f-0016d3cca427 failed": "request 1b4e28ba-2fa1-11d2-883f-0016d3cca427 failed",
		"password=horse-battery":                              "password=<13 characters>",
		"arn:aws:iam::111122223333:role/" + key:               "arn:aws:iam::111122223333:role/" + key,
		"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE_PATH_OF_IT":   "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE_PATH_OF_IT",
	} {
		if got := hideSecrets(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
