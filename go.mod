module github.com/hostproof/hostproof

go 1.25.0
