//! An app, whose tests are what counts here.
