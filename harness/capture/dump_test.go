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
	var names []string
	for _, v := range o.Variables {
		names = append(names, v.Name)
	}
	if got, want := strings.Join(names, " "),
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

func TestWhatIsNoDump(t *testing.T) {
	for _, text := range []string{"", "\n", "hello\nAWS_REGION=x\n", "name: x\nextends: vercel\n", "=x\n"} {
		if _, err := capture.Parse([]byte(text)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v, want one line", text, err)
		}
	}
}
