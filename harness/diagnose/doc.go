// Package diagnose explains a run: where each part of the credentials came from,
// what does not fit together, and what to change.
//
// A finding follows from three things that are certain, whatever the program: what
// the host offers, what the program asked for and what the judge decided. What a
// library prints or is called only sharpens a sentence.
//
// Rules about calls are asked in order, and the first that fits says it best;
// hazards are asked of every accepted call; rules about the run speak where no
// call shows the failure.
package diagnose
