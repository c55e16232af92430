package suite

import (
	"errors"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
)

var (
	goProgramsMu sync.Mutex
	goPrograms   = map[string]string{}
	goBuilt      string // where they are
)

// GoProgram builds a program of this module once, with the go command that runs
// the test, and returns where it is.
func GoProgram(dir string) string {
	ginkgo.GinkgoHelper()
	goProgramsMu.Lock()
	defer goProgramsMu.Unlock()
	if path, ok := goPrograms[dir]; ok {
		return path
	}
	if _, err := exec.LookPath("go"); err != nil {
		missing("go", errors.New("there is no go: install Go"))
	}
	if goBuilt == "" {
		goBuilt = SuiteDir()
	}
	path := filepath.Join(goBuilt, filepath.Base(dir))
	out, err := exec.Command("go", "build", "-o", path, dir).CombinedOutput()
	gomega.Expect(err).NotTo(gomega.HaveOccurred(), string(out))
	goPrograms[dir] = path
	return path
}
