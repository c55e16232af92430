package starter

import (
	"io/fs"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

// lookAtPython reads pyproject.toml or another list of what a program needs, and what starts the program.
func lookAtPython(f *Found, project fs.FS, text string) {
	f.Runner, f.Usual = "pytest", !usesPytest(project)
	f.install = []string{"pip install -r requirements.txt"}
	switch f.Because {
	case "pyproject.toml", "setup.py":
		f.install = []string{"pip install ."}
	case "Pipfile":
		f.install = []string{"pip install pipenv", "pipenv install --system"}
	}
	lower := strings.ToLower(text)
	for _, way := range []func(fs.FS, string) ([]string, int){django, fastAPI, flask, script} {
		if f.Command, f.Port = way(project, lower); f.Command != nil {
			return
		}
	}
}

// usesPytest says whether a file speaks of pytest.
func usesPytest(project fs.FS) bool {
	if first(project, "pytest.ini", "conftest.py", "tests/conftest.py") != "" {
		return true
	}
	files := []string{"pyproject.toml", "setup.cfg", "tox.ini", "noxfile.py"}
	more, err := fs.Glob(project, "requirements*.txt")
	if err == nil {
		files = append(files, more...)
	}
	for _, file := range files {
		if strings.Contains(read(project, file), "pytest") {
			return true
		}
	}
	return false
}

// django is a project with Django's own program for commands.
func django(project fs.FS, _ string) (command []string, port int) {
	if !strings.Contains(read(project, "manage.py"), "DJANGO_SETTINGS_MODULE") {
		return nil, 0
	}
	return []string{"python", "manage.py", "runserver", "--noreload", "8000"}, 8000
}

// programs are where a program in Python usually begins.
var programs = []string{"app.py", "main.py", "server.py", "app/main.py", "api/app.py", "api/main.py", "src/app.py",
	"src/main.py"}

var appOf = map[string]*late.Regexp{
	"fastapi": late.MustCompile(`(?m)^(\w+)\s*(?::\s*\w+\s*)?=\s*FastAPI\(`),
	"flask":   late.MustCompile(`(?m)^(\w+)\s*(?::\s*\w+\s*)?=\s*(?:Flask|create_app)\(`),
}

func fastAPI(project fs.FS, manifest string) (command []string, port int) {
	if !strings.Contains(manifest, "uvicorn") && !strings.Contains(manifest, "fastapi") {
		return nil, 0
	}
	for _, file := range programs {
		if name := appIn(project, file, "fastapi"); name != "" {
			return []string{"python", "-m", "uvicorn", module(file) + ":" + name, "--port", "8000"}, 8000
		}
	}
	return nil, 0
}

// flask is a project that Flask's own command starts
// (https://flask.palletsprojects.com/en/stable/server/).
func flask(project fs.FS, manifest string) (command []string, port int) {
	if !strings.Contains(manifest, "flask") {
		return nil, 0
	}
	for _, m := range flaskApp.FindAllStringSubmatch(read(project, ".flaskenv"), -1) {
		return []string{"python", "-m", "flask", "--app", m[1], "run", "--port", "5000"}, 5000
	}
	for _, file := range append([]string{"wsgi.py"}, programs...) {
		if name := appIn(project, file, "flask"); name != "" {
			return []string{
				"python",
				"-m",
				"flask",
				"--app",
				module(file) + ":" + name,
				"run",
				"--port",
				"5000",
			}, 5000
		}
	}
	return nil, 0
}

var flaskApp = late.MustCompile(`(?m)^\s*FLASK_APP=([\w./:-]+)\s*$`)

// appIn is the name that a file gives its application; empty where it has none.
func appIn(project fs.FS, file, framework string) string {
	if m := appOf[framework].FindStringSubmatch(read(project, file)); m != nil {
		return m[1]
	}
	return ""
}

func module(file string) string {
	return strings.ReplaceAll(strings.TrimSuffix(file, ".py"), "/", ".")
}

func script(project fs.FS, _ string) (command []string, port int) {
	if file := first(project, programs...); file != "" {
		return []string{"python", file}, 0
	}
	return nil, 0
}

var pythonRuntime = late.MustCompile(`(?m)^\s*runtime:\s*["']?python\d`)

// lookAtServerless reads serverless.yml, where functions in Python may have a
// package.json beside them, with the Serverless Framework alone in it.
func lookAtServerless(f *Found, _ fs.FS, text string) {
	f.Because = ""
	if pythonRuntime.MatchString(text) {
		f.Because, f.Runner, f.Usual = "serverless.yml", "pytest", true
	}
}
