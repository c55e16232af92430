package deploy

import (
	"crypto/sha1" //nolint:gosec // the name of a file
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/endpoint"
	"github.com/hostproof/hostproof/harness/isolation/sandbox"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

// laid is what a program finds in files and variables of a host.
func laid(t *testing.T, h *fixtures.Host) (d *Deployment, l *layout) {
	t.Helper()
	d = start(t, h.Name, project.Project{})
	l, _, err := d.env.lay(sandbox.Backend{})
	if err != nil {
		t.Fatal(err)
	}
	return d, l
}

var jwt = regexp.MustCompile(`^[\w-]+\.[\w-]+\.([\w-]+)$`)

// TestTokenFilesHoldATokenAlone: a file that a web identity is read from has the token and
// nothing else, or STS would refuse what a program sends. A signature with RS256 is as long
// as the key (https://www.rfc-editor.org/rfc/rfc7518#section-3.3).
func TestTokenFilesHoldATokenAlone(t *testing.T) {
	n := 0
	for _, h := range fixtures.Builtin().Hosts() {
		var paths []string
		for _, f := range h.Files {
			if strings.Contains(f.Content, "${token.") {
				paths = append(paths, f.Path)
			}
		}
		if len(paths) == 0 {
			continue
		}
		_, l := laid(t, h)
		for _, path := range paths {
			n++
			content := l.contents[path]
			found := jwt.FindStringSubmatch(content)
			if found == nil {
				t.Errorf("%s: %s has %d characters that are no token", h.Name, path, len(content))
				continue
			}
			signature, err := base64.RawURLEncoding.DecodeString(found[1])
			if _, bad := oidc.Parse(content); bad != nil || err != nil || len(signature) != 256 {
				t.Errorf("%s: %s: %v, %v, a signature of %d bytes", h.Name, path, bad, err, len(signature))
			}
		}
	}
	if n < 4 {
		t.Errorf("only %d files with tokens", n)
	}
}

// TestCachesAreNamedAsSDKsLookForThem: the cache of a sign-in is named by a hash of what a
// profile says, with ".json".
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
func TestCachesAreNamedAsSDKsLookForThem(t *testing.T) {
	session := regexp.MustCompile(`(?m)^sso_session = (\S+)$`)
	login := regexp.MustCompile(`(?m)^login_session = (\S+)$`)
	for _, name := range []string{
		"local-sso", "local-sso-expired", "local-sso-refresh", "local-login", "local-login-refresh",
	} {
		h, err := fixtures.Builtin().Host(name)
		if err != nil {
			t.Fatal(err)
		}
		_, l := laid(t, h)
		var want string
		for path, content := range l.contents {
			if filepath.Base(path) != "config" {
				continue
			}
			if m := session.FindStringSubmatch(content); m != nil {
				want = fmt.Sprintf("/.aws/sso/cache/%x.json", sha1.Sum([]byte(m[1]))) //nolint:gosec // as above
			} else if m := login.FindStringSubmatch(content); m != nil {
				want = fmt.Sprintf("/.aws/login/cache/%x.json", sha256.Sum256([]byte(m[1])))
			}
		}
		found := 0
		for path := range l.contents {
			if want != "" && strings.HasSuffix(path, want) {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s: %d files %q", name, found, want)
		}
	}
}

// TestKeysOfAProjectAreItsUsers: where a host has names for the project's own keys, a
// program finds the user's under them, as IAM gave them.
func TestKeysOfAProjectAreItsUsers(t *testing.T) {
	n := 0
	for _, h := range fixtures.Builtin().Hosts() {
		if len(h.ProjectKeys) == 0 {
			continue
		}
		d := start(t, h.Name, project.Project{})
		values := d.ids.values()
		for _, v := range h.ProjectKeys {
			want := values["user.accessKeyId"]
			if strings.Contains(v.Name, "SECRET") {
				want = values["user.secretAccessKey"]
			}
			got, err := v.Expand(values)
			if n++; err != nil || got != want || got == "" {
				t.Errorf("%s: %s is not the user's: %v", h.Name, v.Name, err)
			}
			if !hasTheOther(h.ProjectKeys, v.Name) {
				t.Errorf("%s: %s has no other half", h.Name, v.Name)
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d keys", n)
	}
}

// hasTheOther reports whether the id that belongs to a secret is there under the same name,
// or the secret that belongs to an id.
func hasTheOther(keys []fixtures.Variable, name string) bool {
	return slices.ContainsFunc(keys, func(v fixtures.Variable) bool {
		id := strings.Contains(name, "ACCESS_KEY_ID")
		return id && v.Name == strings.Replace(name, "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", 1) ||
			!id && name == strings.Replace(v.Name, "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", 1) && v.Name != name
	})
}

// TestProfilesOfVariablesExist: AWS_PROFILE names a profile of the host's configuration.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
func TestProfilesOfVariablesExist(t *testing.T) {
	n := 0
	for _, h := range fixtures.Builtin().Hosts() {
		i := slices.IndexFunc(h.Variables, func(v fixtures.Variable) bool { return v.Name == "AWS_PROFILE" })
		if i < 0 {
			continue
		}
		n++
		header := "[profile " + h.Variables[i].Value + "]"
		if !slices.ContainsFunc(h.Files, func(f fixtures.File) bool {
			return f.Path == "~/.aws/config" && slices.Contains(strings.Split(f.Content, "\n"), header)
		}) {
			t.Errorf("%s: no file of its configuration has %s", h.Name, header)
		}
	}
	if n < 5 {
		t.Errorf("only %d hosts set AWS_PROFILE", n)
	}
}

// TestInstancesNameTheirSessions: the session of an instance's role is called as the
// instance is, which has an id of 17 hexadecimal digits, and ends after six hours.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
func TestInstancesNameTheirSessions(t *testing.T) {
	id := regexp.MustCompile(`^i-[0-9a-f]{17}$`)
	n := 0
	for _, h := range fixtures.Builtin().Hosts() {
		for _, e := range h.Endpoints {
			if e.Kind != "imds" {
				continue
			}
			n++
			if life, err := time.ParseDuration(e.Lifetime); err != nil || life != 6*time.Hour ||
				!id.MatchString(e.SessionName) {
				t.Errorf("%s: %s: the session %s lives for %s", h.Name, e.Name, e.SessionName, e.Lifetime)
			}
		}
	}
	if n < 8 {
		t.Errorf("only %d instances", n)
	}
}

// TestModesOfFiles: files with secrets are their owner's, as the AWS CLI makes them; others
// can be read by all, or be run. Nobody writes what the kernel shows.
// https://github.com/aws/aws-cli/blob/develop/awscli/customizations/configure/writer.py
func TestModesOfFiles(t *testing.T) {
	for _, h := range fixtures.Builtin().Hosts() {
		for _, f := range h.Files {
			secret := strings.HasPrefix(f.Path, "~/.aws/") && f.Path != "~/.aws/config"
			known := []fs.FileMode{0o600, 0o640, 0o644, 0o700, 0o755}
			if isolation.OfTheKernel(f.Path) {
				known = []fs.FileMode{0o444}
			}
			if m := f.Perm(); secret && m != 0o600 || !slices.Contains(known, m) {
				t.Errorf("%s: %s has mode %o", h.Name, f.Path, m)
			}
		}
	}
}

// TestInstancesShowWhatTheyAre: where instance metadata answers, the files by which programs
// see that they are on EC2 are there, and they tell of the instance that the metadata tells of.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html
func TestInstancesShowWhatTheyAre(t *testing.T) {
	n := 0
	for _, h := range fixtures.Builtin().Hosts() {
		i := slices.IndexFunc(h.Endpoints, func(e fixtures.Endpoint) bool { return e.Kind == "imds" })
		if i < 0 {
			continue
		}
		n++
		_, l := laid(t, h)
		for file, want := range map[string]string{
			"board_asset_tag": h.Endpoints[i].SessionName, "sys_vendor": "Amazon EC2", "bios_vendor": "Amazon EC2",
			"product_name": "t3.medium",
		} {
			for _, dir := range []string{"/sys/devices/virtual/dmi/id/", "/sys/class/dmi/id/"} {
				if got := l.contents[dir+file]; got != want+"\n" {
					t.Errorf("%s: %s%s is %q, want %q", h.Name, dir, file, got, want)
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d hosts with instance metadata", n)
	}
}

// TestPlacesOfTheKernel: an isolation that cannot show a file below /sys leaves it out, and
// nobody watches the machine's own.
func TestPlacesOfTheKernel(t *testing.T) {
	const tag = "/sys/class/dmi/id/board_asset_tag"
	d := start(t, "ec2", project.Project{})
	l, _, err := d.env.lay(endpoint.Backend{})
	if err != nil {
		t.Fatal(err)
	}
	if _, written := l.contents[tag]; written {
		t.Error("it is written")
	}
	d.env.watchFiles(isolation.Endpoint)
	for _, seen := range d.env.seenFiles(isolation.Endpoint) {
		t.Errorf("it is watched: %+v", seen)
	}
	for _, f := range l.files {
		if isolation.OfTheKernel(f.Path) {
			t.Errorf("%s is to be placed", f.Path)
		}
	}
}
