package bindings_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/need"
)

// TestPython installs the wheel into a fresh virtual environment, without a network, and
// runs tests there.
func TestPython(t *testing.T) {
	need.InFull(t)
	project, bin := pythonProject(t)
	python := within(bin, "python")
	project.filled(t, "testdata/python")

	const change = "pass aws_access_key_id and aws_secret_access_key"
	t.Run("story", func(t *testing.T) { project.story(t, change, python, "-m", "pytest", "test_vercel.py") })
	t.Run("plain assert", func(t *testing.T) {
		out, _ := project.run(t, python, "-m", "pytest", "test_vercel.py", "-k", "plain_assert")
		if !strings.Contains(out, "hostproof: host vercel") || !strings.Contains(out, "mixed-credentials") {
			t.Errorf("the diagnosis is not shown:\n%s", out)
		}
	})
	t.Run("no marker", func(t *testing.T) {
		out, ok := project.run(t, python, "-m", "pytest", "test_without_marker.py")
		if ok || !strings.Contains(out, `wants a marker that names a host: @pytest.mark.host("vercel")`) {
			t.Errorf("a test without a marker is not told:\n%s", out)
		}
	})
	t.Run("init", func(t *testing.T) {
		own := place{dir: t.TempDir(), env: project.env}
		for name, text := range map[string]string{"requirements.txt": "boto3", "app.py": "", "netlify.toml": "",
			"vercel.json": "{}"} {
			if err := os.WriteFile(within(own.dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		own.must(t, within(bin, "hostproof"), "init")
		if out := own.must(t, python, "-m", "pytest", "-v"); !strings.Contains(out, "[netlify]") ||
			!strings.Contains(out, "[vercel-fluid]") {
			t.Error(out)
		}
		if err := os.WriteFile(within(own.dir, "app.py"), []byte("raise ValueError('on purpose')"), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, ok := own.run(t, python, "-m", "pytest"); ok || !strings.Contains(out,
			"there is a problem on host netlify") {
			t.Errorf("a program that fails:\n%s", out)
		}
	})
	t.Run("the rest of the API, by two workers", func(t *testing.T) {
		project.must(t, python, "-m", "pytest", "-n", "2", "test_api.py")
	})
}

// pythonProject is a folder with a virtual environment that has the wheel, and the
// environment's folder of programs.
func pythonProject(t *testing.T) (project place, bin string) {
	t.Helper()
	runners := installed(t, "bindings-python")
	_, wheel, _ := built(t)
	project = place{dir: t.TempDir()}
	venv := filepath.Join(t.TempDir(), "venv")
	project.must(t, "python3", "-m", "venv", "--without-pip", venv)
	if bin = within(venv, "bin"); runtime.GOOS == "windows" {
		bin = within(venv, "Scripts")
	}
	python := within(bin, "python")
	project.must(t, within(runners, "venv", "bin", "python"), "-m", "pip", "--python", python, "install",
		"--disable-pip-version-check", "--no-index", wheel)
	site := func(python string) string {
		return strings.TrimSpace(project.must(t, python, "-c",
			"import sysconfig; print(sysconfig.get_path('purelib'))"))
	}
	// The runners and boto3 are found where their lock file put them.
	other := site(within(runners, "venv", "bin", "python")) + "\n"
	if err := os.WriteFile(within(site(python), "runners.pth"), []byte(other), 0o644); err != nil {
		t.Fatal(err)
	}
	project.env = []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")}
	return project, bin
}

// TestPythonTypes holds the package to the strictest types of pyright.
func TestPythonTypes(t *testing.T) {
	need.InFull(t)
	node, python := installed(t, "bindings-node"), installed(t, "bindings-python")
	project := place{dir: t.TempDir()}
	project.filled(t, "python/src")
	config := `{"typeCheckingMode": "strict", "include": ["hostproof"], "pythonVersion": "3.9", "venv": "venv",
		"venvPath": "` + filepath.ToSlash(python) + `"}`
	if err := os.WriteFile(within(project.dir, "pyrightconfig.json"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := project.must(t, "node", within(node, "node_modules", "pyright", "index.js")); !strings.Contains(out,
		"0 errors") {
		t.Error(out)
	}
}
