package newer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/mockaws/service/catalog/models"
)

// TestPins: every program's library is pinned, each with a client that can be asked,
// but for packages of a release of Debian that is in the making.
func TestPins(t *testing.T) {
	pins := Pins()
	for _, p := range subjects.Programs() {
		asked := slices.ContainsFunc(pins, func(pin Pin) bool { return slices.Contains(pin.Of, p.Name) })
		if asked == (p.Debian != "") {
			t.Errorf("%s of %q is asked for: %v", p.Name, p.Debian, asked)
		}
	}
	for _, p := range pins {
		if _, ok := asks[p.Client]; !ok || p.Name == "" || p.Version == "" || strings.ContainsAny(p.Version, " ,") {
			t.Errorf("%+v", p)
		}
		if _, ok := debian[p.Name]; p.Client == "apt" && !ok {
			t.Errorf("%s: its package of Debian is not known", p.Name)
		}
	}
	if !slices.ContainsFunc(pins, func(p Pin) bool {
		return p.Name == "botocore" && p.Version == models.Version().Version
	}) {
		t.Error("the table of models is not asked for")
	}
}

// TestAsk reads what the clients print; the outputs are as the clients printed them in
// November 2026, shortened.
func TestAsk(t *testing.T) {
	outputs := map[string]string{
		"npm view @ai-sdk/amazon-bedrock version": "5.0.101\n",
		"python3 -m pip index versions boto3 --disable-pip-version-check": "boto3 (1.44.8)\n" +
			"Available versions: 1.44.8, 1.44.7\n",
		"go list -m -json github.com/aws/aws-sdk-go-v2@latest": "{\n" +
			"\t\"Path\": \"github.com/aws/aws-sdk-go-v2\",\n\t\"Version\": \"v1.48.0\"\n}\n",
		"cargo info aws-config": "aws-config\nAWS SDK config\n" +
			"version: 1.13.0\nlicense: Apache-2.0\nrust-version: 1.94.1\n",
		"apt-cache policy ruby-aws-sdk-s3": "ruby-aws-sdk-s3:\n" +
			"  Installed: 1.117.2-1\n  Candidate: 1.117.2-1\n",
		"org.codehaus.mojo:versions-maven-plugin:2.16.2:display-dependency-updates": "[INFO] The following " +
			"dependencies in Dependencies have newer versions:\n[INFO]   software.amazon.awssdk:bedrockruntime ... " +
			"2.54.14 -> 2.59.1\n[INFO] BUILD SUCCESS\n",
	}
	asked := 0
	run := func(_ context.Context, _ string, command ...string) ([]byte, error) {
		asked++
		if command[0] == "mvn" {
			command = command[len(command)-1:]
		}
		out, ok := outputs[strings.Join(command, " ")]
		if !ok {
			return nil, errors.New("no network")
		}
		return []byte(out), nil
	}
	pins := []Pin{
		{Client: "npm", Name: "@ai-sdk/amazon-bedrock", Version: "2.2.12"},
		{Client: "npm", Name: "@ai-sdk/amazon-bedrock", Version: "5.0.101"},
		{Client: "pip", Name: "boto3", Version: "1.44.5"},
		{Client: "go", Name: "github.com/aws/aws-sdk-go-v2", Version: "1.47.6"},
		{Client: "cargo", Name: "aws-config", Version: "1.13.0"},
		{Client: "apt", Name: "aws-sdk-s3", Version: "1.117.2"},
		{Client: "mvn", Name: "software.amazon.awssdk:bedrockruntime", Version: "2.54.14"},
		{Client: "npm", Name: "gone", Version: "1.0.0"},
		{Client: "cpan", Name: "x", Version: "1"},
	}
	list, err := Ask(t.Context(), run, pins)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range list {
		switch {
		case a.Err != nil:
			got = append(got, a.Name+" failed")
		case a.IsNewer():
			got = append(got, a.Name+" "+a.Newest)
		}
	}
	want := []string{"@ai-sdk/amazon-bedrock 5.0.101", "boto3 1.44.8", "github.com/aws/aws-sdk-go-v2 1.48.0",
		"software.amazon.awssdk:bedrockruntime 2.59.1", "gone failed", "x failed"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if asked != 7 {
		t.Errorf("%d questions for 7 names that can be asked for", asked)
	}
	outputs = map[string]string{"npm view @ai-sdk/amazon-bedrock version": "\n",
		"org.codehaus.mojo:versions-maven-plugin:2.16.2:display-dependency-updates": "[INFO] No dependencies in " +
			"Dependencies have newer versions.\n"}
	list, err = Ask(t.Context(), run, []Pin{pins[0], pins[6]})
	if err != nil || list[0].Err == nil || list[1].Err != nil || list[1].IsNewer() {
		t.Errorf("an empty answer, and none newer: %v, %v", err, list)
	}
}
