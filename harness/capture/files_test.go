package capture

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCredentialFiles: a file is read where its variable names it, or else below the home
// folder, as https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html has it.
func TestCredentialFiles(t *testing.T) {
	home, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, section := range map[string]string{
		filepath.Join(home, ".aws", "credentials"):  "home",
		filepath.Join(home, ".aws", "config"):       "profile home",
		filepath.Join(elsewhere, "credentials.ini"): "elsewhere",
	} {
		if err := os.WriteFile(path, []byte("["+section+"]\nregion = eu-west-1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	token := filepath.Join(elsewhere, "token")
	if err := os.WriteFile(token, []byte("[a]\nb=c\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("AWS_CONFIG_FILE", "")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(elsewhere, "credentials.ini"))
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", token)
	t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", filepath.Join(elsewhere, "none"))
	got := (&observer{salter: newSalter()}).files()
	want := []struct {
		variable, path, section, problem string
	}{
		{"AWS_SHARED_CREDENTIALS_FILE", "", "elsewhere", ""},
		{"", "~/.aws/config", "profile home", ""},
		{"AWS_WEB_IDENTITY_TOKEN_FILE", "", "", ""},
		{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "", "", "not found"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d files: %+v", len(got), got)
	}
	for i, w := range want {
		f := got[i]
		section := ""
		if len(f.Sections) == 1 {
			section = f.Sections[0].Name
		}
		if f.Variable != w.variable || f.Path != w.path || section != w.section || f.Error != w.problem {
			t.Errorf("%d: %+v, want %+v", i, f, w)
		}
	}
}
