package matrix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/harness/report"
	"github.com/hostproof/hostproof/mockaws/yamlerr"
)

// ownProgram is a program of the user's own, as a file lists it.
type ownProgram struct {
	Name       string   `yaml:"name"`
	Title      string   `yaml:"title"`
	Library    string   `yaml:"library"`
	Call       string   `yaml:"call"`
	Run        []string `yaml:"run"`
	Image      string   `yaml:"image"`
	Strategies []struct {
		Name  string   `yaml:"name"`
		Title string   `yaml:"title"`
		Args  []string `yaml:"args"`
	} `yaml:"strategies"`
	Project *project.Project `yaml:"project"`
}

// ownStrategy is the strategy of a program that declares none.
const ownStrategy = "run"

// Own is a program of the user's own as a subject with one strategy, "run", and
// what hostproof run deploys by default. It runs in a folder.
func Own(dir string, argv ...string) Subject {
	name := ownName.ReplaceAllString(strings.Join(argv, " "), "-")
	p := ownProgram{Name: strings.Trim(name, "-"), Title: strings.Join(argv, " "), Run: argv}
	return p.subject(dir)
}

var ownName = regexp.MustCompile(`[^A-Za-z0-9@._+/-]+`)

// ReadPrograms reads programs of the user's own from YAML: a list of
//
//	name: my-app                    # letters, digits and @ . _ + / -
//	run: [node, app.mjs]            # the program, run in dir
//	image: my-app:latest            # or an image, with what run says as its arguments
//	title: My app                   # in reports; the name by default
//	library: my-provider@1.2.3      # likewise
//	call: bedrock:Converse          # the AWS call that it makes
//	strategies:                     # its ways to get credentials; one, "run", by default
//	  - {name: explicit, title: keys as options, args: [--keys]}
//	project:                        # what hostproof run takes as flags, such as
//	  set: {STAGE: prod}            # --set
//	  keyAs: [APP_ID, APP_SECRET]   # --key-as
//	  roleAllow: {"*": ["s3:*"]}    # --role-allow; "*" is each role of the host
//	  lifetime: {metadata: 10m}     # --lifetime
//
// The keys of project are the fields of project.Project; project.Settings
// describes each.
//
// A program makes its AWS calls, prints what came of them and exits with 0 if
// they worked. Without a project it finds what hostproof run gives it: a user's
// key in MY_AWS_ACCESS_KEY_ID and MY_AWS_SECRET_ACCESS_KEY, roles that may do
// nothing, no bucket. A role, source or endpoint holds on the hosts that have it.
func ReadPrograms(r io.Reader, dir string) ([]Subject, error) {
	dec := yaml.NewDecoder(r)
	dec.KnownFields(true)
	var list []ownProgram
	switch err := dec.Decode(&list); {
	case errors.Is(err, io.EOF) || err == nil && len(list) == 0:
		return nil, errors.New("programs: the file has none: write at least - {name: my-app, run: [node, app.mjs]}")
	case err != nil:
		return nil, fmt.Errorf("programs: %w", yamlerr.InWords(err, ownProgram{}))
	}
	var out []Subject
	for i, p := range list {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("programs, number %d: %w", i+1, err)
		}
		if slices.ContainsFunc(out, func(s Subject) bool { return s.Name == p.Name }) {
			return nil, fmt.Errorf("programs, number %d: there is another one named %s", i+1, p.Name)
		}
		out = append(out, p.subject(dir))
	}
	return out, nil
}

func (p *ownProgram) check() error {
	switch {
	case p.Name == "" || ownName.MatchString(p.Name):
		return fmt.Errorf("name %q: write letters, digits and @ . _ + / -", p.Name)
	case len(p.Run) == 0 && p.Image == "":
		return fmt.Errorf("%s has nothing to run: write run: [node, app.mjs], or image: my-app:latest", p.Name)
	}
	seen := map[string]bool{}
	for _, s := range p.Strategies {
		if s.Name == "" || ownName.MatchString(s.Name) || seen[s.Name] {
			return fmt.Errorf("%s: strategy %q: write letters, digits and @ . _ + / -, and each name once", p.Name,
				s.Name)
		}
		seen[s.Name] = true
	}
	return nil
}

func (p *ownProgram) subject(dir string) Subject {
	s := Subject{Subject: report.Subject{Name: p.Name, Title: cmp.Or(p.Title, p.Name), Library: p.Library,
		Call: p.Call}}
	args := map[string][]string{}
	for _, way := range p.Strategies {
		s.Strategies = append(s.Strategies, report.Strategy{Name: way.Name, Title: cmp.Or(way.Title, way.Name)})
		args[way.Name] = way.Args
	}
	if len(p.Strategies) == 0 {
		s.Strategies = []report.Strategy{{Name: ownStrategy, Title: "the program as it is"}}
	}
	if s.own = p.Project; s.own != nil {
		s.Project = func(*fixtures.Host) project.Project { return *p.Project }
	}
	s.New = func(_ context.Context, strategy string) (harness.Subject, error) {
		argv := slices.Concat(p.Run, args[strategy])
		if p.Image != "" {
			return harness.Image(p.Image, argv...), nil
		}
		if err := deploy.CheckProgram(argv[0], dir); err != nil {
			return nil, err
		}
		return harness.Command(argv[0], argv[1:]...).In(dir), nil
	}
	return s
}
