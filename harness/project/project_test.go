package project

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
)

func hosts(t *testing.T, names ...string) (out []*fixtures.Host) {
	t.Helper()
	for _, name := range names {
		h, err := fixtures.Builtin().Host(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, h)
	}
	return out
}

// TestSettingsHoldWhereTheyCan: a setting that needs something of a host is an
// error where none of the hosts has it, and is left out on the others.
func TestSettingsHoldWhereTheyCan(t *testing.T) {
	for _, row := range []struct {
		name string
		p    Project
		on   string // a host that has it
	}{
		{"a role", Project{RoleAllow: map[string][]string{"task": {"s3:*"}}}, "ecs-fargate"},
		{"a role by IAM's name", Project{RoleAllow: map[string][]string{"app-task": {"s3:*"}}}, "ecs-fargate"},
		{"every role", Project{RoleAllow: map[string][]string{"*": {"s3:*"}}}, "ecs-fargate"},
		{"a source", Project{Lifetime: map[string]time.Duration{"metadata": time.Hour}}, "ec2"},
		{"a variable", Project{Unset: []string{"VERCEL_ENV"}}, "vercel"},
		{"an endpoint", Project{Faults: []string{"imds:hang"}}, "ec2"},
		{"an endpoint with a path", Project{Faults: []string{"imds/latest/api/token:hang"}}, "ec2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			there, elsewhere := hosts(t, row.on)[0], hosts(t, "local")[0]
			if err := row.p.Check([]*fixtures.Host{elsewhere, there}); err != nil {
				t.Errorf("on both: %v", err)
			}
			if err := row.p.Check([]*fixtures.Host{elsewhere}); err == nil || !strings.HasPrefix(err.Error(),
				"host local has no ") {
				t.Errorf("on local alone: %v", err)
			}
			if flags := row.p.On(there).Flags(); len(flags) != 1 {
				t.Errorf("on %s it is %q", row.on, flags)
			}
			if flags := row.p.On(elsewhere).Flags(); len(flags) != 0 {
				t.Errorf("on local it is %q", flags)
			}
			if flags := row.p.Flags(); len(flags) != 1 {
				t.Errorf("narrowing has changed the project: %q", flags)
			}
		})
	}
	everywhere := Project{Faults: []string{"s3:*:throttle:2", "dns:*.amazonaws.com:nxdomain"}, Unset: []string{"HOME"}}
	if err := everywhere.Check(hosts(t, "local")); err != nil || len(everywhere.On(hosts(t, "local")[0]).Flags()) != 3 {
		t.Errorf("%v: %q", err, everywhere.On(hosts(t, "local")[0]).Flags())
	}
}

func TestCheckRefuses(t *testing.T) {
	for says, p := range map[string]Project{
		"needs two names":           {KeyAs: []string{"A"}},
		"name the IAM actions":      {RoleAllow: map[string][]string{"task": {""}}},
		"an IAM action of the user": {Allow: []string{""}},
		"did you mean task?":        {RoleAllow: map[string][]string{"tsk": {"s3:*"}}},
	} {
		if err := p.Check(hosts(t, "ecs-fargate")); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q in it", err, says)
		}
	}
}

// TestOver: lists and maps are joined, of the rest the upper one counts.
func TestOver(t *testing.T) {
	below := Project{Set: map[string]string{"A": "1", "B": "1"}, KeyAs: []string{"X", "Y"}, Buckets: []string{"one"},
		Baked: true}
	got := Project{Set: map[string]string{"B": "2"}, Buckets: []string{"two"}, AtInit: true}.Over(below).Flags()
	want := []string{"--key-as X,Y", "--set A=1", "--set B=2", "--baked", "--at-init", "--bucket one",
		"--bucket two"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := (Project{KeyAs: []string{}}).Over(below).Flags(); !slices.Contains(got, "--key-as ''") {
		t.Errorf("no names at all: %q", got)
	}
}

func TestReadEnv(t *testing.T) {
	got, err := ReadEnv(
		strings.NewReader("\ufeff# a comment\n\nA=1\nexport B = two words # and why\nC='it is # \\n $A'\n" +
			"D=\"a\\nb \\\"c\\\" \\\\ \\$A\" # comment\nE=\nF=x#y\r\nG=\"\"\nURL=postgres://u:p@h/db?x=1\n"))
	want := map[string]string{"A": "1", "B": "two words", "C": `it is # \n $A`, "D": "a\nb \"c\" \\ $A", "E": "",
		"F": "x#y", "G": "",
		"URL": "postgres://u:p@h/db?x=1"}
	if err != nil || len(got) != len(want) {
		t.Fatalf("got %q, %v", got, err)
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
}

func TestReadEnvRefusesWithoutTheValue(t *testing.T) {
	for text, says := range map[string]string{
		"A=1\nhunter2":          "line 2 is no NAME=VALUE",
		"=hunter2":              "line 1 is no NAME=VALUE",
		"A-B=hunter2":           "line 1 is no NAME=VALUE",
		"A=1\nA=hunter2":        "line 2: A stands twice",
		"A=\"hunter2":           "line 1: A: the quotes do not end",
		"A='hunter2' and more":  "line 1: A: the quotes do not end",
		"A=\"hunter2\" trailer": "line 1: A: the quotes do not end",
	} {
		_, err := ReadEnv(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: got %v, want %q in it", text, err, says)
		}
	}
}

// full is a project with every field set, as deep as it goes.
func full(t *testing.T) Project {
	t.Helper()
	var p Project
	fill(reflect.ValueOf(&p).Elem())
	return p
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("name"), value)
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Interface:
		v.Set(reflect.ValueOf(map[string]any{"name": "text"}))
	}
}

// shared are the paths at which two values have one piece of memory.
func shared(path string, a, b reflect.Value) (out []string) {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			out = append(out, shared(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))...)
		}
		return out
	case reflect.Interface:
		return shared(path, a.Elem(), b.Elem())
	case reflect.Pointer:
		out = shared(path, a.Elem(), b.Elem())
	case reflect.Slice:
		out = shared(path+"[0]", a.Index(0), b.Index(0))
	case reflect.Map:
		key := reflect.ValueOf("name")
		out = shared(path+".name", a.MapIndex(key), b.MapIndex(key))
	default:
		return nil
	}
	if a.Pointer() == b.Pointer() {
		out = append(out, path)
	}
	return out
}

// TestCloneSharesNothing: neither a map nor a list of a new field is forgotten.
func TestCloneSharesNothing(t *testing.T) {
	p := full(t)
	q := p.Clone()
	if !reflect.DeepEqual(p, q) {
		t.Errorf("the copy is %+v", q)
	}
	if got := shared("Project", reflect.ValueOf(p), reflect.ValueOf(q)); len(got) > 0 {
		t.Errorf("the copy shares %v", got)
	}
	if got := shared("Project", reflect.ValueOf(p), reflect.ValueOf(p)); len(got) < 20 {
		t.Errorf("of a project and itself only %v is seen to be shared", got)
	}
}

// TestOverForgetsNothing: every field counts when it is set above, and stays when
// it is set below.
func TestOverForgetsNothing(t *testing.T) {
	p := full(t)
	if got := p.Over(Project{}); !reflect.DeepEqual(got, p) {
		t.Errorf("over nothing: %+v", got)
	}
	if got := (Project{}).Over(p); !reflect.DeepEqual(got, p) {
		t.Errorf("nothing over it: %+v", got)
	}
	users := Project{Users: []User{{Name: "ci"}}}.Over(Project{Allow: []string{"s3:*"}, BearerAs: "X"})
	if users.Allow != nil || users.BearerAs != "" || len(users.Problems()) > 0 {
		t.Errorf("users over a short form: %+v", users)
	}
}

// TestJSONIsTheYAMLForm: what is written can be read, with the same keys.
func TestJSONIsTheYAMLForm(t *testing.T) {
	p := full(t)
	p.Planned = nil // not written
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var q Project
	if err := json.Unmarshal(data, &q); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(q); err != nil || string(again) != string(data) {
		t.Errorf("%v: got  %s\nwant %s", err, again, data)
	}
	if err := json.Unmarshal([]byte(`{"hots": 1}`), &q); err == nil || !strings.Contains(err.Error(), `no key "hots"`) {
		t.Errorf("an unknown key: %v", err)
	}
}
