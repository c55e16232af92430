package report_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	logging "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/hostproof/hostproof/harness/internal/chromium"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/harness/report"
)

// browser is one Chromium for all tests of the page.
var browser struct {
	sync.Once
	context.Context
	err   error
	close func()
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if browser.close != nil {
		browser.close()
	}
	os.Exit(code)
}

func startBrowser() { browser.Context, browser.close, browser.err = chromium.Start() }

// tab is the page in a tab of its own. It notes what the page asked for and
// what went wrong in it.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	asked  []string
	wrongs []string
}

// screen is what a page is shown on.
type screen struct {
	name          string
	width, height int64
	dark, phone   bool
}

var screens = []screen{
	{"desktop-light", 1440, 1000, false, false}, {"desktop-dark", 1440, 1000, true, false},
	{"phone-light", 390, 844, false, true}, {"phone-dark", 390, 844, true, true},
}

// open shows a report, at a fragment of its address.
func open(t *testing.T, r *report.Report, s screen, fragment string) *tab {
	t.Helper()
	browser.Do(startBrowser)
	if browser.err != nil {
		need.Missing(t, "chromium", browser.err)
	}
	dir := t.TempDir()
	if err := r.WriteFiles(dir); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser.Context)
	ctx, cancel2 := context.WithTimeout(ctx, 2*time.Minute)
	b := &tab{t: t, ctx: ctx}
	t.Cleanup(func() {
		cancel2()
		cancel()
		b.check()
	})
	chromedp.ListenTarget(ctx, b.note)
	theme := "light"
	if s.dark {
		theme = "dark"
	}
	address := url.URL{Scheme: "file", Path: filepath.Join(dir, report.HTMLFile)}
	b.do(network.Enable(), logging.Enable(), runtime.Enable(),
		emulation.SetDeviceMetricsOverride(s.width, s.height, 2, s.phone), emulation.SetTouchEmulationEnabled(s.phone),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
		chromedp.Navigate(address.String()+fragment), chromedp.WaitReady("#grid[data-ready]"))
	return b
}

func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	case *runtime.EventExceptionThrown:
		b.wrongs = append(b.wrongs, e.ExceptionDetails.Error())
	case *logging.EventEntryAdded:
		b.wrongs = append(b.wrongs, e.Entry.Text)
	case *page.EventJavascriptDialogOpening:
		b.wrongs = append(b.wrongs, "a dialog of the browser: "+e.Message)
	}
}

// check says what must never happen: a request to elsewhere, an error.
func (b *tab) check() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, asked := range b.asked {
		if !strings.HasPrefix(asked, "file:") && !strings.HasPrefix(asked, "data:") {
			b.t.Errorf("the page asked for %s", asked)
		}
	}
	if len(b.asked) == 0 {
		b.t.Error("no request was seen, not even that for the page")
	}
	for _, wrong := range b.wrongs {
		b.t.Errorf("in the page: %s", wrong)
	}
}

func (b *tab) do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// press presses keys, one after another.
func (b *tab) press(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		b.do(chromedp.KeyEvent(key))
	}
}

// get is what an expression in the page comes to.
func get[T any](b *tab, expression string) (value T) {
	b.t.Helper()
	b.do(chromedp.Evaluate(expression, &value))
	return value
}

// want waits until an expression in the page comes to a text: a page may answer
// to a key or a click a moment later.
func (b *tab) want(expression, want string) {
	b.t.Helper()
	quoted, err := json.Marshal(want)
	if err != nil {
		b.t.Fatal(err)
	}
	var reached bool
	err = chromedp.Run(b.ctx, chromedp.Poll("String("+expression+") === "+string(quoted), &reached,
		chromedp.WithPollingTimeout(30*time.Second)))
	if err != nil || !reached {
		b.t.Errorf("%s is %q, want %q (%v)", expression, get[string](b, "String("+expression+")"), want, err)
	}
}

// focused names the element that has the focus.
const focused = `(() => { const e = document.activeElement; return e.dataset.cell !== undefined ? "cell " + e.dataset.cell : e.id || e.dataset.outcome || e.value || e.tagName; })()`

var desktop, phone = screens[0], screens[2]

func TestPageByKeyboard(t *testing.T) {
	b := open(t, sample(), desktop, "")
	var order []string
	for range 12 {
		b.press(kb.Tab)
		order = append(order, get[string](b, focused))
	}
	if got, want := strings.Join(order, ", "),
		"auto, accepted, refused, no-call, failed, broken, off, A, A, filter, subject, cell 0"; got != want {
		t.Errorf("the focus goes to %s\nwant              %s", got, want)
	}
	for _, step := range []struct{ key, want string }{
		{kb.ArrowRight, "cell 1"}, {kb.ArrowDown, "cell 6"}, {kb.ArrowDown, "cell 6"}, {kb.ArrowLeft, "cell 5"},
		{kb.ArrowLeft, "cell 5"},
		{kb.End, "cell 9"}, {kb.ArrowRight, "cell 9"}, {kb.ArrowUp, "cell 4"}, {kb.Home, "cell 0"},
		{kb.PageDown, "cell 5"},
	} {
		b.press(step.key)
		b.want(focused, step.want)
	}
	b.want(`document.querySelectorAll('#grid [tabindex="0"]').length`, "1")
	b.press(kb.Enter)
	b.want(`document.getElementById('cell').open`, "true")
	b.want(focused, "cell-title")
	b.want(`document.getElementById('cell-title').textContent`, "vercel · node-ai-sdk@3.0.70 explicit")
	b.press(kb.Escape)
	b.want(`document.getElementById('cell').open`, "false")
	b.want(focused, "cell 5")
	b.want(`location.hash`, "")
}

func TestPageShowsACell(t *testing.T) {
	b := open(t, sample(), desktop, "#vercel/node-ai-sdk%403.0.70/explicit")
	text := get[string](b, `document.getElementById('body').innerText`)
	for _, want := range []string{
		"Refused by AWS: UnrecognizedClientException", "As expected.", "vercel/ai#14136", "mixed credentials", "Change",
		"403 UnrecognizedClientException: The security token included in the request is invalid", "verified",
		"996 characters, IQoJb3Jp…", "AWS_SESSION_TOKEN (set by the host)", "40 characters", "observed, ", "exit 1",
		"Not simulated",
	} {
		if !strings.Contains(text, want) &&
			!strings.Contains(get[string](b, `document.getElementById('body').textContent`), want) {
			t.Errorf("the cell lacks %q:\n%s", want, text)
		}
	}
	b.want(`document.querySelector('.canonical .client').innerText.replace(/\s+/g, ' ')`,
		"6 token x-amz-security-token:<996 characters, IQoJb3Jp…>")
	b.do(chromedp.Click("#next"))
	b.do(chromedp.Click("#next"))
	b.want(`document.querySelector('.canonical .aws').innerText.replace(/\s+/g, ' ')`,
		"2 AWS /model/anthropic.claude-3-haiku-20240307-v1%253A0/converse")
	b.want(`document.querySelector('.canonical .client').innerText.replace(/\s+/g, ' ')`,
		"2 client /model/anthropic.claude-3-haiku-20240307-v1%3A0/converse")
	b.want(`location.hash`, "#vercel/node-ai-sdk%403.0.70/by-hand")
	b.do(chromedp.Click("#close"))
	b.want(focused, "cell 7")
}

// TestPageShowsTheLedger: the table of places stands above the diagnosis.
func TestPageShowsTheLedger(t *testing.T) {
	b := open(t, sample(), desktop, "#local/node-ai-sdk%403.0.70/env")
	text := get[string](b, `document.getElementById('body').innerText`)
	table, diagnosis := strings.Index(text, "Where credentials could come from"), strings.Index(text, "Diagnosis")
	if table < 0 || diagnosis < table {
		t.Errorf("the table begins at %d, the diagnosis at %d:\n%s", table, diagnosis, text)
	}
	b.want(`document.querySelectorAll('table.ledger tbody tr').length`, "2")
	b.want(`document.querySelector('table.ledger tbody tr').innerText.replace(/\s+/g, ' ')`,
		"EC2 instance metadata (role node) 169.254.169.254:80 6 times, version 1: refused with 401, a token "+
			"is required -")
}

// TestPageTreatsTextAsText: what a subject printed is shown, and never run.
func TestPageTreatsTextAsText(t *testing.T) {
	b := open(t, sample(), desktop, "#local/aws-cli/chain")
	b.want(`document.getElementById('body').textContent.includes('<script>alert(1)</script>')`, "true")
	b.want(`document.scripts.length`, "1")
}

func TestPageFilters(t *testing.T) {
	b := open(t, sample(), desktop, "")
	shown := `[...document.querySelectorAll('#grid tbody tr')].filter(r => r.offsetHeight).map(r => r.dataset.host + ':' + [...r.querySelectorAll('button.tile')].filter(x => x.offsetWidth && !x.classList.contains('dim')).length).join(' ')`
	b.want(shown, "local:5 vercel:5")
	b.do(chromedp.Click(`.chip[data-outcome=refused]`))
	b.want(shown, "vercel:2")
	b.want(`document.getElementById('told').textContent`, "1 hosts, 2 cells shown")
	b.do(chromedp.Click(`.chip[data-outcome=refused]`), chromedp.Click(`.chip[data-outcome=off]`))
	b.want(shown, "local:2")
	b.do(chromedp.Click(`.chip[data-outcome=off]`), chromedp.SendKeys("#filter", "verc"))
	b.want(shown, "vercel:5")
	b.do(chromedp.SetValue("#subject", "1"),
		chromedp.Evaluate(`document.getElementById('subject').dispatchEvent(new Event('change'))`, nil))
	b.want(shown, "vercel:2")
}

func TestPageFollowsTheSystemsColoursUnlessTold(t *testing.T) {
	background := `getComputedStyle(document.body).backgroundColor`
	light := get[string](open(t, sample(), screens[0], ""), background)
	b := open(t, sample(), screens[1], "")
	dark := get[string](b, background)
	if light == dark {
		t.Errorf("light and dark are both %s", light)
	}
	b.do(chromedp.Click(`#theme input[value=light]`))
	b.want(background, light)
	b.do(chromedp.Click(`#theme input[value=dark]`))
	b.want(background, dark)
	b.do(chromedp.Click(`#theme input[value=auto]`))
}

func TestPageFitsAPhone(t *testing.T) {
	for _, fragment := range []string{"", "#vercel/node-ai-sdk%403.0.70/by-hand", "#local/node-ai-sdk%403.0.70/env"} {
		b := open(t, sample(), phone, fragment)
		if wide := get[int](b,
			`Math.max(document.documentElement.scrollWidth, document.getElementById('body').scrollWidth)`); wide > 390 {
			t.Errorf("%q is %d pixels wide", fragment, wide)
		}
		b.want(`document.getElementById('subject').value`, "0")
		if small := get[int](b,
			`[...document.querySelectorAll('button, select, input[type=search]')].filter(e => e.offsetWidth && (e.offsetWidth < 30 || e.offsetHeight < 30)).length`); small > 0 {
			t.Errorf("%d controls are too small for a finger", small)
		}
	}
}

// TestPageKeepsItsHeadings: the names of the columns stay in sight when the grid
// is scrolled, on a phone with the page and else within its frame.
func TestPageKeepsItsHeadings(t *testing.T) {
	r := sample()
	for i := range 40 { // more rows than any screen has
		h := r.Hosts[0]
		h.Name = fmt.Sprint("local-", i)
		r.Hosts = append(r.Hosts, h)
	}
	for _, s := range []screen{phone, desktop} {
		b := open(t, r, s, "")
		b.do(chromedp.Evaluate(`scrollTo(0, 1e6); document.getElementById('scroll').scrollTo(0, 1e6)`, nil))
		b.want(`(() => {
			const box = document.querySelector('#grid .ways th').getBoundingClientRect();
			const last = [...document.querySelectorAll('#grid tbody th')].at(-1).getBoundingClientRect();
			return box.top >= 0 && box.bottom < last.top && last.top < innerHeight;
		})()`, "true")
	}
}

// TestPageForScreenReaders looks at the accessibility tree's names and has axe
// (https://github.com/dequelabs/axe-core) look for what it knows.
func TestPageForScreenReaders(t *testing.T) {
	axe := axeSource(t)
	for _, s := range screens {
		for _, fragment := range []string{"", "#vercel/node-ai-sdk%403.0.70/explicit",
			"#vercel/node-ai-sdk%403.0.70/by-hand"} {
			t.Run(s.name+fragment, func(t *testing.T) {
				b := open(t, sample(), s, fragment)
				b.do(chromedp.Evaluate(axe, nil))
				var found string
				b.do(chromedp.Evaluate(
					`axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes.map(n => n.html.slice(0, 160)).slice(0, 3).join(' | '))))`,
					&found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
						return p.WithAwaitPromise(
							true)
					}))
				var violations []string
				if err := json.Unmarshal([]byte(found), &violations); err != nil {
					t.Fatal(err)
				}
				for _, v := range violations {
					t.Error(v)
				}
			})
		}
	}
}

// axeSource installs axe-core, at the version that the lock file pins.
func axeSource(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		need.Missing(t, "npm", errors.New("there is no npm: install it"))
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/axe")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		need.Missing(t, "npm", fmt.Errorf("axe-core cannot be installed: %w: %s", err, lastLine(out)))
	}
	source, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

func lastLine(output []byte) string {
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	return lines[len(lines)-1]
}

var (
	screenshots = flag.String("screenshots", "", "folder for screenshots of the page, which TestScreenshots then makes")
	from        = flag.String("from", "", "folder of the report that they show; a small sample by default")
	cell        = flag.String("cell", "vercel/node-ai-sdk%403.0.70/explicit",
		"cell that they show, as in the page's address")
)

// TestScreenshots makes the pictures of the page that a person who changes it
// looks at:
//
//	go test ./harness/report -run Screenshots -screenshots DIR [-from REPORT] [-cell HOST/SUBJECT/STRATEGY]
func TestScreenshots(t *testing.T) {
	r := sample()
	dir := *screenshots
	if dir == "" {
		dir = t.TempDir()
	}
	if *from != "" {
		found, err := report.ReadDir(*from)
		if err != nil || len(found) != 1 {
			t.Fatalf("want one report in %s: found %d, %v", *from, len(found), err)
		}
		r = found[0]
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, s := range screens {
		for name, fragment := range map[string]string{"grid": "", "cell": "#" + *cell, "page": ""} {
			b := open(t, r, s, fragment)
			if name == "page" { // the whole of it, however high
				height := get[int64](b,
					`document.documentElement.scrollHeight - document.getElementById('scroll').clientHeight + document.getElementById('scroll').scrollHeight + 8`)
				b.do(emulation.SetDeviceMetricsOverride(s.width, height, 1, s.phone))
			}
			var png []byte
			b.do(chromedp.CaptureScreenshot(&png))
			if len(png) < 10_000 {
				t.Errorf("%s %s is a picture of %d bytes", s.name, name, len(png))
			}
			if err := os.WriteFile(filepath.Join(dir, s.name+"-"+name+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
