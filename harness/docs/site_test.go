package docs_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/hostproof/hostproof/harness/internal/chromium"
	"github.com/hostproof/hostproof/harness/need"
)

var screenshots = flag.String("screenshots", "", "folder for pictures of the handbook's pages")

// TestSite builds the handbook as a site and looks at its pages as readers do: at three
// widths, in light and in dark, nothing is wider than the window, and axe finds nothing
// (https://github.com/dequelabs/axe-core).
func TestSite(t *testing.T) {
	need.InFull(t)
	need.Program(t, "npm", "install Node.js")
	dir := builtSite(t)
	axe, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(dir, ".vitepress", "dist"))))
	t.Cleanup(server.Close)
	need.Program(t, "chromium", "install it")
	ctx, stop, err := chromium.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	for _, page := range []string{"index", "guide/vercel-and-the-ai-sdk", "hosts", "findings"} {
		for _, width := range []int64{390, 900, 1440} {
			for _, theme := range []string{"light", "dark"} {
				name := fmt.Sprintf("%s-%d-%s", filepath.Base(page), width, theme)
				t.Run(name, func(t *testing.T) {
					look(ctx, t, server.URL+"/"+page+".html", name, string(axe), width, theme)
				})
			}
		}
	}
}

// builtSite is a copy of the handbook with the site in .vitepress/dist. It is two folders
// deep, so that a link out of the handbook, to the picture of the matrix, leads somewhere.
func builtSite(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "harness", "docs")
	if err := errors.Join(os.CopyFS(dir, os.DirFS(".")),
		os.CopyFS(filepath.Join(root, "harness", "report", "testdata"), os.DirFS("../report/testdata"))); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{
		{"npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"}, {"npm", "run", "build"},
	} {
		cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
		}
	}
	return dir
}

// wide are the elements that make a page wider than its window.
const wide = `(() => {
	const most = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= most) return [];
	return [...document.querySelectorAll('body *')]
		.filter((e) => e.getBoundingClientRect().right > most + 1).slice(0, 5).map((e) => e.outerHTML.slice(0, 120));
})()`

const violations = `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then((r) =>
	JSON.stringify(r.violations.map((v) => v.id + ': ' + v.help + ': ' +
		v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | '))))`

func look(browser context.Context, t *testing.T, address, name, axe string, width int64, theme string) {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	defer cancel()
	ctx, cancel2 := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel2()
	var tooWide []string
	var found, title, text string
	media := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}
	waits := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	err := chromedp.Run(ctx,
		emulation.SetDeviceMetricsOverride(width, 900, 1, width < 500),
		emulation.SetEmulatedMedia().WithFeatures(media),
		chromedp.Navigate(address), chromedp.WaitReady("h1"), chromedp.Text("h1", &title),
		chromedp.Text("body", &text),
		chromedp.Evaluate(wide, &tooWide),
		chromedp.Evaluate(axe, nil), chromedp.Evaluate(violations, &found, waits))
	if err != nil {
		t.Fatal(err)
	}
	if *screenshots != "" {
		picture(ctx, t, filepath.Join(*screenshots, name+".png"))
	}
	if strings.Contains(text, "{{") {
		t.Error("the page shows a template that was not filled in")
	}
	if title == "" || len(tooWide) > 0 {
		t.Errorf("title %q; wider than the window: %v", title, tooWide)
	}
	var list []string
	if err := json.Unmarshal([]byte(found), &list); err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		t.Error(v)
	}
}

func picture(ctx context.Context, t *testing.T, file string) {
	t.Helper()
	var data []byte
	err := chromedp.Run(ctx, chromedp.CaptureScreenshot(&data))
	if err = errors.Join(err, os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, data, 0o644)); err != nil {
		t.Fatal(err)
	}
}
