package packages

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hostproof/hostproof/fixtures/installer"
	"golang.org/x/tools/txtar"
)

var cargo = &ecosystem{
	key: "cargo", tool: "cargo", hint: "install Rust with cargo 1.94.1 or newer",
	pins:  func(s *Set) *[]string { return &s.Cargo },
	parse: at,
	locks: []string{"Cargo.lock"}, hashed: "Cargo.lock", hash: `checksum = "`,
	has: func(lock string, p pin) bool {
		name, _, _ := strings.Cut(p.Name, "[")
		return regexp.MustCompile(`name = "` + quote(name) + `"\nversion = "` + quote(p.Version) + `"`).
			MatchString(lock)
	},
	manifest: cargoToml,
	resolve: func(ctx context.Context, dir string, _ []pin) error {
		return installer.Run(ctx, dir, nil, "cargo", "generate-lockfile", "--quiet")
	},
}

// cargoToml is the manifest of the case's main.rs. CRATE[FEATURE,FEATURE] turns
// features on, and -default among them leaves the default ones out.
func cargoToml(pins []pin, program []txtar.File) []txtar.File {
	var b strings.Builder
	b.WriteString("[package]\nname = \"case\"\nversion = \"0.0.0\"\nedition = \"2021\"\npublish = false\n\n" +
		"[[bin]]\nname = \"subject\"\npath = \"main.rs\"\n\n" +
		"[profile.dev]\ndebug = 0\nstrip = true\nincremental = false\n\n[dependencies]\n")
	for _, p := range pins {
		name, features, _ := strings.Cut(strings.TrimSuffix(p.Name, "]"), "[")
		fmt.Fprintf(&b, "%s = { version = \"=%s\"%s }\n", name, p.Version, cargoFeatures(features))
	}
	return append([]txtar.File{{Name: "Cargo.toml", Data: []byte(b.String())}}, named(program, "main.rs")...)
}

func cargoFeatures(list string) string {
	var on []string
	text := ""
	for feature := range strings.SplitSeq(list, ",") {
		switch feature {
		case "":
		case "-default":
			text = ", default-features = false"
		default:
			on = append(on, fmt.Sprintf("%q", feature))
		}
	}
	if len(on) > 0 {
		text += ", features = [" + strings.Join(on, ", ") + "]"
	}
	return text
}
