package engine

import (
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSearch: an engine that the user named is spoken to, and no other in its place.
func TestSearch(t *testing.T) {
	answers := listening(t)
	const contextOf = `{"Name": "there", "Endpoints": {"docker": {"Host": "unix://%SOCKET"}}}`
	there := filepath.Join("contexts", "meta", contextID("there"), "meta.json")
	for name, row := range map[string]struct {
		variables map[string]string
		home      map[string]string // files there
		config    map[string]string // files in the folder of docker's settings
		err       string
	}{
		"DOCKER_HOST": {variables: map[string]string{"DOCKER_HOST": "unix://%SOCKET"}},
		"DOCKER_HOST that does not answer": {
			variables: map[string]string{"DOCKER_HOST": "unix:///nowhere/docker.sock"},
			home:      map[string]string{".testcontainers.properties": "docker.host=unix://%SOCKET"},
			err:       "DOCKER_HOST: ",
		},
		"DOCKER_HOST that is none": {variables: map[string]string{"DOCKER_HOST": "nothing"}, err: "DOCKER_HOST: "},
		"SSH": {
			variables: map[string]string{"DOCKER_HOST": "ssh://somewhere"}, err: "forward its socket",
		},
		"tc.host": {
			variables: map[string]string{"DOCKER_HOST": "unix:///nowhere/docker.sock"},
			home:      map[string]string{".testcontainers.properties": "# mine\n tc.host = unix://%SOCKET\n"},
		},
		"the context in use": {
			config: map[string]string{"config.json": `{"currentContext": "there"}`, there: contextOf},
		},
		"DOCKER_CONTEXT": {
			variables: map[string]string{"DOCKER_CONTEXT": "there"},
			config:    map[string]string{"config.json": `{"currentContext": "gone"}`, there: contextOf},
		},
		"a context that is gone": {
			config: map[string]string{"config.json": `{"currentContext": "gone"}`},
			err:    `the context of docker: context "gone": `,
		},
		"settings of docker that cannot be read": {
			config: map[string]string{"config.json": "{"}, err: "config.json of docker: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			home, config := t.TempDir(), t.TempDir()
			for _, v := range []string{"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH",
				"DOCKER_API_VERSION", "XDG_RUNTIME_DIR"} {
				t.Setenv(v, "")
			}
			t.Setenv("HOME", home)
			t.Setenv("USERPROFILE", home)
			t.Setenv("DOCKER_CONFIG", config)
			for k, v := range row.variables {
				t.Setenv(k, strings.ReplaceAll(v, "%SOCKET", answers))
			}
			lay(t, home, row.home, answers)
			lay(t, config, row.config, answers)
			c, err := Search(t.Context())
			var unavailable *UnavailableError
			switch {
			case row.err != "":
				if !errors.As(err, &unavailable) || !strings.Contains(err.Error(), row.err) ||
					strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want one line with %q", err, row.err)
				}
			case err != nil:
				t.Error(err)
			default:
				if got := c.DaemonHost(); got != "unix://"+answers {
					t.Errorf("it speaks to %s", got)
				}
				_ = c.Close()
			}
		})
	}
}

// lay writes files below a folder, each with the engine's socket in the place of %SOCKET.
func lay(t *testing.T, dir string, files map[string]string, socket string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "%SOCKET", socket)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// listening is the socket of what answers as an engine does when it is greeted.
func listening(t *testing.T) string {
	t.Helper()
	// A socket's path is short, and a test's own folder has the test's name.
	dir, err := os.MkdirTemp("", "engine")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/_ping") {
			w.Header().Set("Api-Version", "1.51")
			return
		}
		http.NotFound(w, r)
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return socket
}
