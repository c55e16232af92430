package mutation

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// gremlins is the tool, at the version that the floors were measured with.
const gremlins = "github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0"

// patience is how many times longer than the tests alone a mutant may take: what
// ends by the clock is counted neither way, and a loaded machine is slow.
const patience = "100"

//go:embed floors.yaml
var floors []byte

// Floors are the least shares of gremlins' mutants that a package's tests notice,
// in percent, by package ("harness/leak").
func Floors() (map[string]float64, error) {
	out := map[string]float64{}
	if err := yaml.Unmarshal(floors, &out); err != nil {
		return nil, fmt.Errorf("floors.yaml: %w", err)
	}
	for name, floor := range out {
		if floor <= 0 || floor > 100 || name != path.Clean(name) {
			return nil, fmt.Errorf("floors.yaml: %s: %v is no share in percent of a package", name, floor)
		}
	}
	return out, nil
}

// Efficacy is what came of a package's mutants.
type Efficacy struct {
	Killed, Lived int
	// Where the ones that lived are, such as "leak.go:159:17 CONDITIONALS_BOUNDARY".
	Where []string
}

// Share is how many of 100 were noticed; 100 where there were none.
func (e Efficacy) Share() float64 {
	if e.Killed+e.Lived == 0 {
		return 100
	}
	return 100 * float64(e.Killed) / float64(e.Killed+e.Lived)
}

// Unleash lets gremlins loose on a package, without the ones below it.
func Unleash(ctx context.Context, root, name string) (Efficacy, error) {
	dir, err := os.MkdirTemp("", "gremlins-")
	if err != nil {
		return Efficacy{}, err
	}
	defer os.RemoveAll(dir)
	report := filepath.Join(dir, "report.json")
	cmd := exec.CommandContext(ctx, "go", "run", gremlins, "unleash", "--silent", "--timeout-coefficient", patience,
		"--exclude-files", "/", "--output", report, "./"+name)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return Efficacy{}, fmt.Errorf("gremlins in %s: %w:\n%s", name, err, out)
	}
	data, err := os.ReadFile(report)
	if err != nil {
		return Efficacy{}, fmt.Errorf("gremlins in %s: %w", name, err)
	}
	return readReport(data)
}

// readReport reads gremlins' own report.
func readReport(data []byte) (e Efficacy, err error) {
	var report struct {
		Files []struct {
			Name      string `json:"file_name"`
			Mutations []struct {
				Type, Status string
				Line, Column int
			}
		}
	}
	if err := json.Unmarshal(data, &report); err != nil {
		return Efficacy{}, fmt.Errorf("gremlins' report: %w", err)
	}
	for _, f := range report.Files {
		for _, m := range f.Mutations {
			switch m.Status {
			case "KILLED":
				e.Killed++
			case "LIVED":
				e.Lived++
				e.Where = append(e.Where, fmt.Sprintf("%s:%d:%d %s", f.Name, m.Line, m.Column, m.Type))
			}
		}
	}
	return e, nil
}

// Changed are the packages with a floor whose code or tests differ from a commit.
func Changed(ctx context.Context, root, ref string, floors map[string]float64) ([]string, error) {
	cmd := exec.CommandContext(ctx, "git", "diff", "--name-only", ref, "--")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git diff %s: %w: %s", ref, err, strings.TrimSpace(stderr.String()))
	}
	changed := map[string]bool{}
	for name := range strings.Lines(string(out)) {
		name = path.Dir(strings.TrimSpace(name))
		name, _, _ = strings.Cut(name, "/testdata") // of the package's tests
		if _, has := floors[name]; has {
			changed[name] = true
		}
	}
	return slices.Sorted(maps.Keys(changed)), nil
}
