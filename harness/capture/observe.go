package capture

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/internal/ini"
)

// probeTime bounds a look at one endpoint.
const probeTime = 2 * time.Second

// skipped are variables of every process and shell; the harness gives a program
// its own.
var skipped = map[string]bool{"PATH": true, "HOME": true, "TMPDIR": true, "PWD": true, "OLDPWD": true, "SHLVL": true,
	"_": true, "LANG": true, "SHELL": true, "USER": true, "LOGNAME": true, "TERM": true, "HOSTNAME": true}

// Observe looks at the host that it runs on: its environment, the files that
// SDKs read, the endpoints that they ask. It reads the values, describes them
// and drops them.
func Observe(ctx context.Context) *Observation {
	c := &observer{salter: newSalter(), now: time.Now()}
	o := &Observation{Version: Version, By: "hostproof", Time: c.now.UTC().Truncate(time.Second)}
	for _, kv := range os.Environ() {
		name, value, ok := strings.Cut(kv, "=")
		if ok && name != "" && !skipped[name] {
			o.Variables = append(o.Variables, Variable{name, c.shape(value)})
		}
	}
	sort.Slice(o.Variables, func(i, j int) bool { return o.Variables[i].Name < o.Variables[j].Name })
	o.Files = c.files()
	o.Endpoints = c.endpoints(ctx)
	return o
}

type observer struct {
	*salter
	now time.Time
}

// credentialFiles are where SDKs look
// (https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html).
var credentialFiles = []struct {
	variable, path string
	ini            bool
}{
	{"AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", true},
	{"AWS_CONFIG_FILE", "~/.aws/config", true},
	{"AWS_WEB_IDENTITY_TOKEN_FILE", "", false},
	{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "", false},
}

func (c *observer) files() (out []File) {
	for _, f := range credentialFiles {
		path, file := f.path, File{Path: f.path}
		if value := os.Getenv(f.variable); value != "" {
			path, file = value, File{Variable: f.variable}
		}
		if path == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(path, "~/"); ok {
			home, err := os.UserHomeDir()
			if err != nil {
				continue // a host without one has no such files
			}
			path = filepath.Join(home, rest)
		}
		c.read(path, f.ini, &file)
		if file.Error == "not found" && file.Variable == "" {
			continue
		}
		out = append(out, file)
	}
	return out
}

// maxFile bounds what is read of a file, in bytes.
const maxFile = 1 << 20

func (c *observer) read(path string, ini bool, f *File) {
	data, err := os.Open(path)
	if err != nil {
		f.Error = fileError(err)
		return
	}
	defer data.Close()
	b, err := io.ReadAll(io.LimitReader(data, maxFile))
	switch {
	case err != nil:
		f.Error = fileError(err)
	case ini:
		f.Sections = c.ini(string(b))
	default:
		shape := c.shape(string(b))
		f.Content = &shape
	}
}

func fileError(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "not found"
	case errors.Is(err, fs.ErrPermission):
		return "no permission"
	}
	return "cannot be read"
}

// settingName is what names of settings look like: a line of base64 does not.
var settingName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// ini reads names and shapes out of an INI file; a line that is neither a
// section nor a setting is left out.
func (c *observer) ini(text string) (out []Section) {
	for _, from := range ini.Read(text) {
		section := Section{Name: from.Name, Hash: c.shape(strings.TrimPrefix(from.Name, "profile ")).Hash}
		for _, setting := range from.Settings {
			if settingName.MatchString(setting.Name) {
				section.Keys = append(section.Keys, Variable{setting.Name, c.shape(setting.Value)})
			}
		}
		out = append(out, section)
	}
	return out
}

// endpoints asks where SDKs ask.
func (c *observer) endpoints(ctx context.Context) (out []Endpoint) {
	client := &http.Client{Timeout: probeTime, Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if path := os.Getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); path != "" {
		out = append(out, c.container(ctx, client, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "http://169.254.170.2"+
			path))
	} else if url := os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI"); url != "" {
		out = append(out, c.container(ctx, client, "AWS_CONTAINER_CREDENTIALS_FULL_URI", url))
	}
	if !strings.EqualFold(os.Getenv("AWS_EC2_METADATA_DISABLED"), "true") {
		out = append(out, c.imds(ctx, client))
	}
	return out
}

// container asks the container credential endpoint as SDKs do.
func (c *observer) container(ctx context.Context, client *http.Client, variable, url string) Endpoint {
	e := Endpoint{Kind: "container", Variable: variable}
	token := os.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN")
	if path := os.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"); path != "" {
		if b, err := os.ReadFile(path); err == nil {
			token = strings.TrimSpace(string(b))
		}
	}
	body := c.ask(ctx, client, &e, http.MethodGet, url, map[string]string{"Authorization": token})
	var fields map[string]any
	if json.Unmarshal(body, &fields) == nil {
		for name, value := range fields {
			if text, ok := value.(string); ok {
				e.Fields = append(e.Fields, Variable{name, c.shape(text)})
			}
		}
		sort.Slice(e.Fields, func(i, j int) bool { return e.Fields[i].Name < e.Fields[j].Name })
	}
	return e
}

const imdsBase = "http://169.254.169.254/latest/"

// imds asks for a token and for the name of the role, not for its credentials.
func (c *observer) imds(ctx context.Context, client *http.Client) Endpoint {
	e := Endpoint{Kind: "imds"}
	token := string(c.ask(ctx, client, &e, http.MethodPut, imdsBase+"api/token",
		map[string]string{"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": "60"}))
	if !e.Answered {
		return e
	}
	const roles = "meta-data/iam/security-credentials/"
	without := Endpoint{}
	c.ask(ctx, client, &without, http.MethodGet, imdsBase+roles, nil)
	e.Tokens = "required"
	if without.Status == http.StatusOK {
		e.Tokens = "optional"
	}
	name := c.ask(ctx, client, &e, http.MethodGet, imdsBase+roles, map[string]string{"X-Aws-Ec2-Metadata-Token": token})
	if e.Status == http.StatusOK {
		e.Fields = []Variable{{"role", c.shape(strings.TrimSpace(string(name)))}}
	}
	return e
}

func (c *observer) ask(ctx context.Context, client *http.Client, e *Endpoint, method, url string,
	header map[string]string) []byte {
	start := time.Now()
	defer func() { e.Millis = time.Since(start).Milliseconds() }()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		e.Error = "no URL"
		return nil
	}
	for name, value := range header {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	resp, err := client.Do(req)
	if err != nil {
		e.Answered, e.Error = false, networkError(err)
		return nil
	}
	defer resp.Body.Close()
	e.Answered, e.Status = true, resp.StatusCode
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxFile))
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil
	}
	return body
}

// networkError is an error without the address in it.
func networkError(err error) string {
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timed out"
	case strings.Contains(err.Error(), "refused"):
		return "refused"
	case strings.Contains(err.Error(), "unreachable"), strings.Contains(err.Error(), "no route"):
		return "unreachable"
	}
	return "failed"
}
