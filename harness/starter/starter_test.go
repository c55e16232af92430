package starter

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/fixtures"
)

// projects are what people have, and what is to be found out about them.
var projects = []struct {
	name  string
	files map[string]string
	want  Found // without Signs
	test  string
}{
	{"a Next.js app on Vercel", map[string]string{
		"package.json": `{"dependencies": {"next": "16"}, "devDependencies": {"vitest": "4"}}`, "vercel.json": "{}",
		"tsconfig.json": "{}", ".env.example": "# keys\nMY_ACCESS_KEY_ID=\nexport MY_SECRET_ACCESS_KEY=secret\n",
	}, Found{Hosts: []string{"vercel-fluid"}, Runner: "vitest", Because: "package.json",
		Command: []string{"npx", "next", "start"}, Port: 3000, Keys: []string{"MY_ACCESS_KEY_ID",
			"MY_SECRET_ACCESS_KEY"}},
		"hostproof.test.ts"},
	{"a script tested by Jest", map[string]string{
		"package.json": `{"main": "lib/x.js", "scripts": {"start": "node app.js --fast"}, "devDependencies": {"jest": "30"}}`,
		".env":         "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=x\n",
	}, Found{Runner: "jest", Because: "package.json", Command: []string{"node", "app.js", "--fast"}},
		"hostproof.test.cjs"},
	{"a script that a shell starts", map[string]string{
		"package.json": `{"scripts": {"start": "node a.js && node b.js"}}`, "index.js": "",
		"serverless.yml": "provider: {name: aws}",
	}, Found{Hosts: []string{"lambda"}, Runner: "node:test", Because: "package.json", Command: []string{"node",
		"index.js"}},
		"hostproof.test.mjs"},
	{"FastAPI on ECS", map[string]string{
		"pyproject.toml": "[project]\ndependencies = ['fastapi', 'uvicorn']", "src/main.py": "", "tests/test_x.py": "",
		"my-taskdef.json": `{"requiresCompatibilities": ["FARGATE"]}`, ".gitlab-ci.yml": "x: {id_tokens: {}}",
	}, Found{Hosts: []string{"ecs-fargate", "gitlab-ci"}, Runner: "pytest", Because: "pyproject.toml",
		Command: []string{"python", "-m", "uvicorn", "src.main:app", "--port", "8000"}, Port: 8000},
		"tests/test_hostproof.py"},
	{"a script in Python", map[string]string{"requirements.txt": "boto3", "app.py": ""},
		Found{Runner: "pytest", Because: "requirements.txt", Command: []string{"python", "app.py"}},
		"test_hostproof.py"},
	{"a program in Go", map[string]string{"go.mod": "module x", "a.go": "// Package\npackage main", "fly.toml": ""},
		Found{Hosts: []string{"fly"}, Runner: "go", Because: "go.mod", Command: []string{"go", "run", "."}},
		"hostproof_test.go"},
	{"Java", map[string]string{"pom.xml": "<project/>", "target/x y.jar": "",
		"template.yaml": "AWS::Serverless::Function"},
		Found{Hosts: []string{"lambda"}, Because: "pom.xml", Command: []string{"java", "-jar", "target/x y.jar"}}, ""},
	{"a package.json that is none", map[string]string{"package.json": "{", "vercel.json": strings.Repeat("x",
		maxFile+1)},
		Found{Hosts: []string{"vercel-fluid"}, Runner: "node:test", Because: "package.json"}, "hostproof.test.mjs"},
	{"nothing", nil, Found{}, ""},
}

func fsOf(files map[string]string) fs.FS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestLook(t *testing.T) {
	for _, p := range projects {
		t.Run(p.name, func(t *testing.T) {
			got := Look(fsOf(p.files))
			files, err := got.Files()
			if err != nil {
				t.Fatal(err)
			}
			if p.test != "" && files[0].Name != p.test || p.test == "" && len(files) != 1 {
				t.Errorf("files %+v, want the test %q", files, p.test)
			}
			for _, f := range files {
				parse(t, f)
			}
			for _, s := range got.Signs {
				if p.files[s.File] == "" && s.File != "fly.toml" {
					t.Errorf("a sign of no file: %+v", s)
				}
			}
			got.Signs, got.typeScript, got.tests, got.gitLab, got.goPackage = nil, false, false, false, ""
			if !reflect.DeepEqual(got, p.want) {
				t.Errorf("got  %+v\nwant %+v", got, p.want)
			}
		})
	}
}

// parse reads what the standard library and ours can read; the others are run by the
// tests of the bindings.
func parse(t *testing.T, f File) {
	t.Helper()
	var err error
	switch filepath.Ext(f.Name) {
	case ".go":
		_, err = parser.ParseFile(token.NewFileSet(), f.Name, f.Text, 0)
	case ".yml":
		var into map[string]any
		err = yaml.Unmarshal([]byte(f.Text), &into)
	}
	if err != nil || strings.Contains(f.Text, "<no value>") {
		t.Errorf("%s: %v\n%s", f.Name, err, f.Text)
	}
	if strings.Contains(f.Text, "secret\n") {
		t.Errorf("%s has a value of the project's variables:\n%s", f.Name, f.Text)
	}
}

// TestSignsNameHosts: each sign speaks of hosts that there are.
func TestSignsNameHosts(t *testing.T) {
	all := signs()
	if len(all) < 10 {
		t.Fatalf("only %d signs", len(all))
	}
	for _, s := range all {
		for _, name := range append(s.Hosts, Otherwise...) {
			if _, err := fixtures.Builtin().Host(name); err != nil {
				t.Errorf("%s: %v", s.File, err)
			}
		}
		if len(s.Hosts) == 0 || s.Says == "" {
			t.Errorf("%+v says nothing", s)
		}
	}
}

// TestNothingIsOverwritten: a file that is there stays, also as a link, and nothing is
// written outside of the project.
func TestNothingIsOverwritten(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	mine := filepath.Join(dir, "mine")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(outside, "x"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	files := []File{{Name: "mine", Text: "x"}, {Name: "link", Text: "x"}, {Name: "a/b/new", Text: "new"}}
	if err := Write(root, files); err != nil {
		t.Fatal(err)
	}
	if !files[0].Kept || !files[1].Kept || files[2].Kept {
		t.Errorf("kept: %+v", files)
	}
	if got, err := os.ReadFile(mine); err != nil || string(got) != "mine" {
		t.Errorf("a file was overwritten: %q, %v", got, err)
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
		t.Errorf("written outside: %v, %v", left, err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	if err := Write(root, []File{{Name: "out/x", Text: "x"}}); err == nil {
		t.Error("a file was written outside, by a linked folder")
	}
}
