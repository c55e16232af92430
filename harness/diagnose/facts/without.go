package facts

import "github.com/hostproof/hostproof/harness/ledger"

// Without takes kinds of data away, as where nothing of them could be seen.
func (d *Facts) Without(needs Needs) {
	d.Have &^= needs
	r := *d.Result
	d.Result = &r
	for kind, drop := range map[Needs]func(){
		Calls:       func() { d.Calls, r.Exchanges = nil, nil },
		Environment: func() { d.dropEnvironment(&r) },
		Offers:      func() { d.Rows = nil },
		Lookups:     func() { r.Lookups = nil },
		Attempts:    func() { r.Probes, r.Refused, r.NameFailures, r.TLSFailures = nil, nil, nil, nil },
		Output:      func() { r.Stdout, r.Stderr, r.Err, r.Visits = nil, nil, nil, nil },
		Ending:      func() { d.dropEnding(&r) },
	} {
		if needs&kind != 0 {
			drop()
		}
	}
}

func (d *Facts) dropEnvironment(r *ledger.Result) {
	r.Environment, r.Hidden = nil, nil
	d.Env = ledger.NewEnvironment(nil)
	d.Known = Known{}
}

func (d *Facts) dropEnding(r *ledger.Result) {
	r.ExitCode, r.Signal, r.TimedOut, r.Stopped, r.Duration = 0, "", false, false, 0
	r.Port, r.Listening, r.Met = 0, nil, nil
}
