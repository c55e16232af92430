package capture_test

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/capture"
)

// TestDumpOfAnEnvironment: what support mostly gets is what env printed.
func TestDumpOfAnEnvironment(t *testing.T) {
	const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzREALKEY12"
	dump := "# from the function's log\n" +
		"AWS_AMPLIFY_CREDENTIAL_LISTENER_ENABLED=false\r\n" +
		"export AWS_REGION=\"eu-west-1\"\n" +
		"declare -x MY_AWS_SECRET_ACCESS_KEY='" + secret + "'\n" +
		"CERTIFICATE=-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" +
		"PATH=/usr/bin\nEMPTY=\n"
	o, err := capture.Parse([]byte(dump))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := namesIn(o),
		"AWS_AMPLIFY_CREDENTIAL_LISTENER_ENABLED AWS_REGION CERTIFICATE EMPTY MY_AWS_SECRET_ACCESS_KEY"; got != want {
		t.Errorf("variables %s, want %s", got, want)
	}
	host, err := o.Fixture(capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(host), secret) || !strings.Contains(string(host),
		"a dump of an environment does not show them") {
		t.Errorf("the host shows a value, or not what it lacks:\n%s", host)
	}
	catalog, name, err := capture.Load([]byte(dump))
	if err != nil {
		t.Fatal(err)
	}
	h, err := catalog.Host(name)
	if err != nil || h.Region != "eu-west-1" {
		t.Errorf("host %s: region %q, %v", name, h.Region, err)
	}
}

// namesIn are the names of the variables that were observed.
func namesIn(o *capture.Observation) string {
	var names []string
	for _, v := range o.Variables {
		names = append(names, v.Name)
	}
	return strings.Join(names, " ")
}

// TestValuesOfSeveralLines: no line of a value counts as a variable, whose name would show.
func TestValuesOfSeveralLines(t *testing.T) {
	for dump, want := range map[string]string{
		"A=1\nKEY=-----BEGIN PRIVATE KEY-----\nMIIE\nq7RzX4mVbN2tKp9sLw8YcDf3HgJ6uA1eWoZ5Ti=x\n" +
			"-----END PRIVATE KEY-----\nB=2\n": "A B KEY",
		"A=1\nKEY=wJalrXUtnFEMI+K7MDENG\nq7RzX4mVbN2tKp9sLw8YcDf3HgJ6uA1eWoZ5Ti==\nB=2\n":       "A B KEY",
		"A=1\nKEY=wJalrXUtnFEMI\n/K7MDENG\nq7RzX4mVbN2tKp9sLw8YcDf3HgJ6uA1eWoZ5TiX4mVb=\nB=2\n": "A B KEY",
		"A=1\n\n# none\nAN_EMPTY_VARIABLE_OF_TWENTY_EIGH=\nB=-----BEGIN X----- y -----END X-----\nC=3": "A " +
			"AN_EMPTY_VARIABLE_OF_TWENTY_EIGH B C",
	} {
		o, err := capture.Parse([]byte(dump))
		if err != nil {
			t.Fatal(err)
		}
		if got := namesIn(o); got != want {
			t.Errorf("%q: variables %s, want %s", dump, got, want)
		}
	}
}

func TestWhatIsNoDump(t *testing.T) {
	for _, text := range []string{"", "\n", "hello\nAWS_REGION=x\n", "name: x\nextends: vercel\n", "=x\n"} {
		if _, err := capture.Parse([]byte(text)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v, want one line", text, err)
		}
	}
}
