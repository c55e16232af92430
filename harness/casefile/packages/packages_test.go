package packages

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

func TestNamesOfPackages(t *testing.T) {
	for _, row := range []struct {
		parse      func(string) (pin, error)
		text, want string // NAME VERSION, or a part of the error
		ok         bool
	}{
		{at, "left-pad@1.3.0", "left-pad 1.3.0", true},
		{at, "@aws-sdk/client-s3@3.5.0", "@aws-sdk/client-s3 3.5.0", true},
		{at, "github.com/restic/restic/cmd/restic@v0.12.1", "github.com/restic/restic/cmd/restic v0.12.1", true},
		{at, "aws-config[-default,rustls]@1.2.3", "aws-config[-default,rustls] 1.2.3", true},
		{at, "@aws-sdk/client-s3", "has no version", false},
		{at, "left-pad@latest", "no version of one release", false},
		{at, "left-pad@^1.3.0", "no version of one release", false},
		{at, "--force@1.0", "no name of a package", false},
		{at, "a/../../b@1.0", "no name of a package", false},
		{equals, "boto3==1.44.5", "boto3 1.44.5", true},
		{equals, "boto3@1.44.5", "boto3 1.44.5", true},
		{equals, "dlt[filesystem]==1.27.0", "dlt[filesystem] 1.27.0", true},
		{equals, "boto3>=1", "has no version", false},
		{coordinates, "org.apache.hadoop:hadoop-aws:3.4.1", "org.apache.hadoop:hadoop-aws 3.4.1", true},
		{coordinates, "hadoop-aws:3.4.1", "want GROUP:ARTIFACT:VERSION", false},
		{coordinates, "a:b:RELEASE", "no version of one release", false},
	} {
		p, err := row.parse(row.text)
		got := p.Name + " " + p.Version
		if err != nil {
			got = err.Error()
		}
		if (err == nil) != row.ok || !strings.Contains(got, row.want) {
			t.Errorf("%s: %s, want %s", row.text, got, row.want)
		}
	}
}

func TestOver(t *testing.T) {
	base := Set{Npm: []string{"a@1.0.0", "b@1.0.0"}, Pip: []string{"c==1"}}
	got := Set{Npm: []string{"a@2.0.0"}, Maven: []string{"g:d:1"}}.Over(base)
	if got.String() != "npm b@1.0.0, npm a@2.0.0, pip c==1, maven g:d:1" {
		t.Error(got)
	}
	if base.String() != "npm a@1.0.0, npm b@1.0.0, pip c==1" || !(Set{}).Empty() || got.Empty() {
		t.Error(base)
	}
}

// Each row is a lock file and a package; the file has it, or what is wrong.
func TestUnlocked(t *testing.T) {
	sha := strings.Repeat("a", 64)
	for _, row := range []struct {
		name  string
		set   Set
		locks map[string]string
		says  string
	}{
		{"npm", Set{Npm: []string{"@a/b@1.0.0"}}, map[string]string{"package-lock.json": `{"packages": {
			"node_modules/@a/b": {"version": "1.0.0", "integrity": "sha512-x"}}}`}, ""},
		{"npm, deeper alone", Set{Npm: []string{"b@1.0.0"}}, map[string]string{"package-lock.json": `{"packages": {
			"node_modules/a/node_modules/b": {"version": "1.0.0", "integrity": "sha512-x"}}}`}, "does not have b"},
		{"npm, no JSON", Set{Npm: []string{"b@1.0.0"}}, map[string]string{"package-lock.json": `"integrity": "sha512-`},
			"does not have b"},
		{"pip", Set{Pip: []string{"Foo.bar==1.0"}}, map[string]string{
			"requirements.txt": "foo-bar==1.0 \\\n  --hash=sha256:" + sha}, ""},
		{"pip, longer version", Set{Pip: []string{"foo==1.0"}}, map[string]string{
			"requirements.txt": "foo==1.0.1 \\\n  --hash=sha256:" + sha}, "does not have foo in version 1.0"},
		{"pip, longer name", Set{Pip: []string{"foo==1.0"}}, map[string]string{
			"requirements.txt": "afoo==1.0 \\\n  --hash=sha256:" + sha}, "does not have foo"},
		{"go", Set{Go: []string{"example.com/a/cmd/a@v1.0.0"}}, map[string]string{
			"go.mod": "module case\nrequire example.com/a v1.0.0\n", "go.sum": "example.com/a v1.0.0 h1:x\n"}, ""},
		{"go, no sums", Set{Go: []string{"example.com/a@v1.0.0"}}, map[string]string{
			"go.mod": "module case\nrequire example.com/a v1.0.0\n"}, "no lock file go.sum"},
		{"cargo", Set{Cargo: []string{"a[rustls]@1.0.0"}}, map[string]string{
			"Cargo.lock": "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"x\"\n"}, ""},
		{"maven", Set{Maven: []string{"g:a:1.0"}}, map[string]string{sums: sha + "  lib/a-1.0.jar\n"}, ""},
		{"maven, other version", Set{Maven: []string{"g:a:1.0"}}, map[string]string{sums: sha + "  lib/a-1.1.jar\n"},
			"does not have g:a in version 1.0"},
	} {
		var files []txtar.File
		for name, text := range row.locks {
			files = append(files, txtar.File{Name: name, Data: []byte(text)})
		}
		got := row.set.Unlocked(files)
		if row.says == "" && len(got) > 0 || row.says != "" && !strings.Contains(strings.Join(got, "; "), row.says) {
			t.Errorf("%s: %q, want %q", row.name, got, row.says)
		}
	}
	if !slices.Contains(LockFiles(), "go.sum") {
		t.Error(LockFiles())
	}
}

// What is generated is what npm and cargo read.
func TestManifests(t *testing.T) {
	pins := []pin{{"@a/b", "1.0.0"}}
	if got := string(packageJSON(pins, nil)[0].Data); !strings.Contains(got, `"@a/b": "1.0.0"`) {
		t.Error(got)
	}
	crate := cargoToml([]pin{{"a[-default,x,y]", "1.0.0"}},
		[]txtar.File{{Name: "main.rs", Data: []byte("fn main() {}")}})
	if got := string(crate[0].Data); !strings.HasSuffix(got,
		"a = { version = \"=1.0.0\", default-features = false, features = [\"x\", \"y\"] }\n") || len(crate) != 2 {
		t.Error(got)
	}
	if got := string(pom([]pin{{"g:a", "1.0"}}, nil)[0].Data); !strings.Contains(got,
		"<groupId>g</groupId><artifactId>a</artifactId><version>1.0</version>") {
		t.Error(got)
	}
}
