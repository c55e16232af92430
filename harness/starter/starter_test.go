package starter

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/fixtures"
)

// functionsInNode is what is found of a project that deploys functions to Lambda, whose
// package.json says nothing.
var functionsInNode = Found{Hosts: []string{"lambda"}, Runner: "node:test", Usual: true, Because: "package.json"}

// onVercel are the hosts of a project of Vercel's of which no file says more.
var onVercel = []string{"vercel", "vercel-fluid"}

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
		"app/api/about/route.ts":   "export const GET = () => new Response()",
		"app/api/[id]/route.ts":    "bedrock",
		"app/(x)/ask/a/route.js":   "import '@aws-sdk/client-s3'\nexport async function POST(request) {}",
		"src/pages/api/bedrock.js": "bedrock",
	}, Found{Hosts: onVercel, Runner: "vitest", Because: "package.json",
		Command: []string{"npx", "next", "start"}, Port: 3000, Visit: Visit{"/ask/a", true},
		Keys: []string{"MY_ACCESS_KEY_ID", "MY_SECRET_ACCESS_KEY"}},
		"hostproof.test.ts"},
	{"a program on Vercel with the keys that AWS names", map[string]string{
		"package.json": `{"dependencies": {"@vercel/functions": "3"}}`, "index.js": "",
		".env": "AWS_ACCESS_KEY_ID=\nAWS_SECRET_ACCESS_KEY=\n",
	}, Found{Hosts: onVercel, Runner: "node:test", Usual: true, Because: "package.json",
		Command: []string{"node", "index.js"}, Keys: []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}},
		"hostproof.test.mjs"},
	{"a program on Netlify, where AWS's names are reserved", map[string]string{
		"package.json": `{}`, "index.js": "key: process.env.MY_ACCESS_KEY_ID, secret: process.env.MY_SECRET_ACCESS_KEY",
		"netlify.toml": "x", ".env": "AWS_ACCESS_KEY_ID=\nAWS_SECRET_ACCESS_KEY=\n",
	}, Found{Hosts: []string{"netlify"}, Runner: "node:test", Usual: true, Because: "package.json",
		Command: []string{"node", "index.js"}, Keys: []string{"MY_ACCESS_KEY_ID", "MY_SECRET_ACCESS_KEY"}},
		"hostproof.test.mjs"},
	{"a program on Vercel with OpenID Connect", map[string]string{"vercel.json": "{}", "index.js": "",
		"package.json": `{"dependencies": {"@vercel/oidc-aws-credentials-provider": "3"}}`,
	}, Found{Hosts: []string{"vercel-oidc"}, Runner: "node:test", Usual: true, Because: "package.json",
		Command: []string{"node", "index.js"}}, "hostproof.test.mjs"},
	{"a program on Amplify", map[string]string{"amplify.yml": "x", "package.json": "{}", "index.js": ""},
		Found{Hosts: []string{"amplify-no-role", "amplify-compute-role"}, Runner: "node:test", Usual: true,
			Because: "package.json", Command: []string{"node", "index.js"}}, "hostproof.test.mjs"},
	{
		"a script tested by Jest",
		map[string]string{
			"package.json": `{"main": "lib/x.js", "scripts": {"start": "node app.js --fast"},
				"devDependencies": {"jest": "30"}}`,
			".env": "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=x\n",
		},
		Found{Runner: "jest", Because: "package.json", Command: []string{"node", "app.js", "--fast"}},
		"hostproof.test.cjs",
	},
	{"a script that a shell starts", map[string]string{
		"package.json": `{"scripts": {"start": "node a.js && node b.js"}}`, "index.js": "",
		"serverless.yml": "provider: {name: aws}",
	}, Found{Hosts: []string{"lambda"}, Runner: "node:test", Usual: true, Because: "package.json",
		Command: []string{"node", "index.js"}},
		"hostproof.test.mjs"},
	{
		"FastAPI on ECS",
		map[string]string{
			"pyproject.toml":       "[project]\ndependencies = ['fastapi', 'uvicorn']",
			"src/main.py":          "api: FastAPI = FastAPI()\n",
			"tests/test_x.py":      "",
			"requirements-dev.txt": "pytest\n",
			"my-taskdef.json":      `{"requiresCompatibilities": ["FARGATE"]}`,
			".gitlab-ci.yml":       "x: {id_tokens: {}}",
		},
		Found{Hosts: []string{"ecs-fargate", "gitlab-ci"}, Runner: "pytest", Because: "pyproject.toml",
			Command: []string{"python", "-m", "uvicorn", "src.main:api", "--port", "8000"}, Port: 8000},
		"tests/test_hostproof.py",
	},
	{"a script in Python", map[string]string{"requirements.txt": "boto3", "app.py": ""},
		Found{Runner: "pytest", Usual: true, Because: "requirements.txt", Command: []string{"python", "app.py"}},
		"test_hostproof.py"},
	{"a program in Go", map[string]string{"go.mod": "module x", "a.go": "// Package\npackage main", "fly.toml": ""},
		Found{Hosts: []string{"fly"}, Runner: "go", Because: "go.mod", Command: []string{"go", "run", "."}},
		"hostproof_test.go"},
	{
		"Java",
		map[string]string{"pom.xml": "<project/>", "target/x y.jar": "",
			"template.yaml": "AWS::Serverless::Function"},
		Found{
			Hosts:   []string{"lambda"},
			Runner:  "junit",
			Usual:   true,
			Because: "pom.xml",
			Command: []string{"java", "-jar", "target/x y.jar"},
		},
		"src/test/java/HostproofTest.java",
	},
	{
		"Java whose program is known",
		map[string]string{"pom.xml": "<project><artifactId>junit</artifactId></project>",
			"src/main/java/org/x/App.java": "class App { public static void main(String[] args) {} }",
			"src/main/java/org/x/B.java":   "class B {}"},
		Found{Runner: "junit", Because: "pom.xml"},
		"src/test/java/org/x/HostproofTest.java",
	},
	{
		"modules of Java",
		map[string]string{"pom.xml": "<project><packaging>pom</packaging></project>"},
		Found{Because: "pom.xml"},
		"",
	},
	{
		"a package.json that is none",
		map[string]string{"package.json": "{", "vercel.json": strings.Repeat("x",
			maxFile+1)},
		Found{
			Hosts:   onVercel,
			Runner:  "node:test",
			Usual:   true,
			Because: "package.json",
		},
		"hostproof.test.mjs",
	},
	{"Nuxt with pnpm", map[string]string{"package.json": `{"dependencies": {"nuxt": "4"}}`, "pnpm-lock.yaml": "x"},
		Found{Runner: "node:test", Usual: true, Because: "package.json", Command: []string{"node",
			".output/server/index.mjs"}, Port: 3000}, "hostproof.test.mjs"},
	{"SvelteKit for Vercel", map[string]string{
		"package.json":     `{"devDependencies": {"@sveltejs/kit": "2", "@sveltejs/adapter-vercel": "6"}}`,
		"svelte.config.js": "import adapter from '@sveltejs/adapter-vercel'",
	}, Found{Hosts: onVercel, Runner: "node:test", Usual: true, Because: "package.json",
		Command: []string{"npx", "vite", "preview", "--port", "4173"}, Port: 4173}, "hostproof.test.mjs"},
	{
		"Django beside tools of Node.js",
		map[string]string{
			"package.json":     `{"devDependencies": {"stylelint": "16"}}`,
			"requirements.txt": "-r requirements/production.txt",
			"manage.py":        `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "x.settings")`,
		},
		Found{Runner: "pytest", Usual: true, Because: "requirements.txt", Command: []string{"python", "manage.py",
			"runserver", "--noreload", "8000"}, Port: 8000},
		"test_hostproof.py",
	},
	{
		"Flask",
		map[string]string{
			"requirements.txt": "Flask==3.0\npytest",
			".flaskenv":        "FLASK_DEBUG=1\nFLASK_APP=blog.py\n",
		},
		Found{Runner: "pytest", Because: "requirements.txt", Command: []string{"python", "-m", "flask", "--app",
			"blog.py", "run", "--port", "5000"}, Port: 5000},
		"test_hostproof.py",
	},
	{
		"Flask without a file for it",
		map[string]string{"requirements.txt": "flask", "wsgi.py": "application = create_app()\n"},
		Found{
			Runner:  "pytest",
			Usual:   true,
			Because: "requirements.txt",
			Command: []string{"python", "-m", "flask", "--app",
				"wsgi:application", "run", "--port", "5000"},
			Port: 5000,
		},
		"test_hostproof.py",
	},
	{"a program in Go beside tools of Node.js", map[string]string{
		"package.json": `{"dependencies": {"less": "4"}}`, "go.mod": "module x", "cmd/x/main.go": "package main\n" +
			`var id, secret = os.Getenv("MY_ACCESS_KEY_ID"), os.Getenv("MY_SECRET_ACCESS_KEY")`,
	}, Found{Runner: "go", Because: "go.mod", Command: []string{"go", "run", "./cmd/x"},
		Keys: []string{"MY_ACCESS_KEY_ID", "MY_SECRET_ACCESS_KEY"}}, "hostproof_test.go"},
	{
		"functions in Python",
		map[string]string{"package.json": `{"name": "x"}`,
			"serverless.yml": "provider:\n  name: aws\n  runtime: python3.13\n"},
		Found{
			Hosts:   []string{"lambda"},
			Runner:  "pytest",
			Usual:   true,
			Because: "serverless.yml",
		},
		"test_hostproof.py",
	},
	{"Spring Boot", map[string]string{"mvnw": "x", "pom.xml": "<project>" +
		"<parent><artifactId>spring-boot-starter-parent</artifactId></parent>" +
		"<artifactId>pets</artifactId><version>4-SNAPSHOT</version><dependencies><dependency>" +
		"<artifactId>spring-boot-starter-webmvc</artifactId></dependency></dependencies></project>"},
		Found{Runner: "junit", Usual: true, Because: "pom.xml", Port: 8080,
			Command: []string{"java", "-jar", "target/pets-4-SNAPSHOT.jar"}},
		"src/test/java/HostproofTest.java"},
	{"Rust", map[string]string{"Cargo.toml": "[package]\nname = 'x'", "src/main.rs": "fn main() {}"},
		Found{Runner: "cargo", Because: "Cargo.toml", Command: []string{"cargo", "run"}}, "tests/hostproof.rs"},
	{"a workspace of Rust", map[string]string{"Cargo.toml": "[workspace]\nmembers = ['x']"},
		Found{Because: "Cargo.toml"}, ""},
	{"Zappa, by setup.py", map[string]string{"setup.py": "setup(install_requires=['flask'])",
		"zappa_settings.json": "{}", "app.py": "app = Flask(__name__)\n"},
		Found{Hosts: []string{"lambda"}, Runner: "pytest", Usual: true, Because: "setup.py",
			Command: []string{"python", "-m", "flask", "--app", "app:app", "run", "--port", "5000"}, Port: 5000},
		"test_hostproof.py"},
	{"a page of React", map[string]string{"package.json": `{"dependencies": {"react-scripts": "5"}}`,
		"src/index.js": "x"}, Found{Runner: "node:test", Usual: true, Because: "package.json"}, "hostproof.test.mjs"},
	{"a stack of the CDK", map[string]string{"cdk.json": "{}", "package.json": "{}",
		"lib/stack.ts": `import * as lambda from "aws-cdk-lib/aws-lambda"`}, functionsInNode, "hostproof.test.mjs"},
	{"SST", map[string]string{"package.json": "{}", "sst.config.ts": "{\n  home: \"aws\",\n}"}, functionsInNode,
		"hostproof.test.mjs"},
	{
		"a folder of projects",
		map[string]string{
			"package.json":                `{"workspaces": ["*"]}`,
			"pyproject.toml":              "[tool.uv]",
			"backend/pyproject.toml":      "fastapi",
			"backend/app/main.py":         "app = FastAPI()\n",
			"apps/web/package.json":       `{"dependencies": {"next": "16"}}`,
			"node_modules/x/package.json": `{"main": "a.js"}`,
			"node_modules/x/a.js":         "",
			"docs/package.json":           "{}",
		},
		Found{Runner: "node:test", Usual: true, Because: "package.json", Inner: []string{"apps/web", "backend"}},
		"",
	},
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
			if want := map[bool]int{true: 0, false: 1}[got.Holds()]; p.test != "" && files[0].Name != p.test ||
				p.test == "" && len(files) != want {
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
			got.Signs, got.typeScript, got.tests, got.ci = nil, false, false, ciSystem{}
			got.goPackage, got.install, got.adding, got.javaMain, got.binary = "", nil, "", "", ""
			got.starts, got.builds = "", ""
			if !reflect.DeepEqual(got, p.want) {
				t.Errorf("got  %+v\nwant %+v", got, p.want)
			}
		})
	}
}

// TestRolesMayAct: the program is tested for whose credentials it uses: the roles of the host may
// do everything, as its own user may, where each host has some.
func TestRolesMayAct(t *testing.T) {
	for sign, want := range map[string]bool{"apprunner.yaml": true, "vercel.json": false} {
		f := Look(fsOf(map[string]string{sign: "x", "go.mod": "module x", "main.go": "package main"}))
		files, err := f.Files()
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range []string{f.Next(), files[0].Text, files[1].Text} {
			parts := []string{"--role-allow '*=*'", `harness.RoleAllow("*", "*")`, "--role-allow '*=*'"}
			if strings.Contains(text, parts[i]) != want {
				t.Errorf("%s: it has %q: %v, want %v:\n%s", sign, parts[i], !want, want, text)
			}
		}
	}
}

// TestVisit: a server is asked where it calls AWS.
func TestVisit(t *testing.T) {
	for file, row := range map[string]struct {
		text string
		want Visit
	}{
		"app/api/chat/route.ts":      {"bedrock\nexport async function POST(request) {}", Visit{"/api/chat", true}},
		"src/app/files/route.js":     {"@aws-sdk/x\nexport const GET = f", Visit{"/files", false}},
		"pages/api/chat/index.ts":    {"BEDROCK; if (req.method !== 'POST') return", Visit{"/api/chat", true}},
		"src/pages/api/list.js":      {"aws4fetch", Visit{"/api/list", false}},
		"app/api/about/route.ts":     {"export const GET = () => new Response()", Visit{}},
		"app/api/[...all]/route.ts":  {"bedrock", Visit{}},
		"app/api/chat/components.ts": {"bedrock", Visit{}},
	} {
		if got := visitOf(fsOf(map[string]string{file: row.text})); got != row.want {
			t.Errorf("%s: got %+v, want %+v", file, got, row.want)
		}
	}
}

// TestInstall: dependencies are installed, and the test's is added, as the lock file has them.
func TestInstall(t *testing.T) {
	for lock, want := range map[string][2]string{
		"pnpm-lock.yaml":    {"corepack enable; pnpm install --frozen-lockfile", "pnpm add --save-dev hostproof"},
		"yarn.lock":         {"corepack enable; yarn install --frozen-lockfile", "yarn add --dev hostproof"},
		"bun.lock":          {"npm install --global bun; bun install --frozen-lockfile", "bun add --dev hostproof"},
		"package-lock.json": {"npm ci", "npm install --save-dev hostproof"},
		"none":              {"npm install", "npm install --save-dev hostproof"},
	} {
		f := Look(fsOf(map[string]string{"package.json": "{}", lock: "x"}))
		if got := [2]string{strings.Join(f.install, "; "), f.Adding()}; got != want {
			t.Errorf("%s: got %q, want %q", lock, got, want)
		}
	}
	f := Look(fsOf(map[string]string{"package.json": "{}", "yarn.lock": "x", ".yarnrc.yml": "x"}))
	if got := f.install[1]; got != "yarn install --immutable" {
		t.Errorf("a newer Yarn: %q", got)
	}
}

// TestWorkflowOfEachCI: each system has its own, which runs the program and keeps what
// was found.
func TestWorkflowOfEachCI(t *testing.T) {
	for sign, want := range map[string][]string{
		".gitlab-ci.yml":       {"hostproof.gitlab-ci.yml", "junit: hostproof.xml", "image: golang:1.26"},
		".circleci/config.yml": {"hostproof.circleci.yml", "store_test_results", "image: cimg/go:1.26"},
		".buildkite/p.yml":     {".buildkite/hostproof.yml", "artifact_paths", "{{matrix}}"},
		"README.md":            {".github/workflows/hostproof.yml", "harness/action@main", "setup-go"},
	} {
		files, err := Look(fsOf(map[string]string{sign: "x", "go.mod": "module x", "a.go": "package main",
			"fly.toml": "x"})).Files()
		if err != nil {
			t.Fatal(err)
		}
		f := files[len(files)-1]
		parse(t, f)
		for _, part := range append(want[1:], "./hostproof-program", "go build -o hostproof-program .", "fly") {
			if f.Name != want[0] || !strings.Contains(f.Text, part) {
				t.Errorf("%s: %s lacks %q:\n%s", sign, f.Name, part, f.Text)
			}
		}
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
	if len(all) < 10 || len(Otherwise()) != 1 {
		t.Fatalf("only %d signs, and %v without any", len(all), Otherwise())
	}
	for _, s := range all {
		hosts := s.Hosts
		if s.Vendor != "" {
			hosts = append(hosts, shapesOf(s.Vendor)...)
		}
		for _, name := range append(hosts, Otherwise()...) {
			if _, err := fixtures.Builtin().Host(name); err != nil {
				t.Errorf("%s: %v", s.File, err)
			}
		}
		if len(hosts) == 0 || s.Says == "" || s.Vendor != "" && len(s.Hosts) > 0 {
			t.Errorf("%+v says nothing, or two things", s)
		}
	}
}

// TestShapesHoldWhatAPlatformSets: where a vendor stands for its hosts, each verified way in
// which the platform alone sets a part of a credential is tested, and those that a project
// would have to set up are not.
func TestShapesHoldWhatAPlatformSets(t *testing.T) {
	for _, s := range signs() {
		if s.Vendor == "" {
			continue
		}
		shapes, start := shapesOf(s.Vendor), false
		for _, h := range fixtures.Builtin().Hosts() {
			tested := slices.Contains(shapes, h.Name)
			start = start || tested && h.Start != ""
			if tested && (h.Vendor != s.Vendor || h.Phase != fixtures.Runtime) {
				t.Errorf("%s: %s is of %s, when it is %s", s.Vendor, h.Name, h.Vendor, h.Phase)
			}
			for _, v := range h.Variables {
				if tested && v.SetBy == fixtures.ByUser {
					t.Errorf("%s is as it is because the project set %s", h.Name, v.Name)
				}
			}
		}
		if !start {
			t.Errorf("%s: %v lacks the host that its list begins with", s.Vendor, shapes)
		}
		for i, name := range shapes {
			h, err := fixtures.Builtin().Host(name)
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 && h.Sets("AWS_SESSION_TOKEN") && !h.Sets("AWS_ACCESS_KEY_ID") {
				t.Errorf("%s has a token without its key, and is not the first of %v", name, shapes)
			}
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
