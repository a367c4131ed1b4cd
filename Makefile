ARCHITECTURE ?= arm64
BUILD_DIR ?= .aws-sam/build
FUZZTIME ?= 5s
CAMPAIGN ?=
BENCH ?= # such as -runs 3 -warm 50
FILE ?=
DEMO ?= # such as -v, -seed 7, -json
BURST ?= # such as -cps 5 -seed 7
SCENARIO ?= # such as -seed 7 -json
REPORT ?= # such as --within 30s, --output folder
PHONES ?= # such as -desk desk.yaml
COST ?= # such as -mode dequeue, -memory 128, -counts, -json
FLAGS ?= # of twilioctl, such as --stack name, --no-stack, --json
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

# Static, without the RPC mode of the old go1.x runtime, and without the commit's hash: a function that did not change is not deployed again.
LAMBDA_BUILD = CGO_ENABLED=0 GOFLAGS='-tags=lambda.norpc -ldflags=-s -buildvcs=false'

# What functions log first, and name in the header X-Switchboard-Release. It is a variable of theirs, not a part of the binary: one that
# did not change has the same hash, and is not uploaded again. The built template names it, so that sam deploy needs no parameter.
RELEASE ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.DEFAULT_GOAL := help
.PHONY: help version demo scenario campaign test lint fuzz build validate plan apply import doctor workers messages forget close open deploy rehearse bench clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*%\{0,1\}\):.*## /\1\t/p' Makefile | sed 's/%/<function>/' | awk -F'\t' '{printf "%-20s %s\n", $$1, $$2}'

demo: ## seven calls through the whole bundle, in this process and in virtual time; DEMO=-v shows what went over the wire
	go run ./functions/cmd/demo $(DEMO)

.PHONY: burst
burst: ## 5,000 callers in a minute onto 300 workers, behind the limits of AWS and Twilio; BURST has flags such as -cps 5 -seed 7
	go run ./functions/cmd/burst $(BURST)

.PHONY: phones browser report
phones: ## telephones on a page: take both ends of a call; PHONES has flags such as -desk desk.yaml, -voice-url URL
	go run ./functions/cmd/phones $(PHONES)

report: ## twilioctl's daily report, of 1,500 simulated calls: prints the paths of a page and a CSV; REPORT has flags
	@mkdir -p .cache && go run ./functions/cmd/day -items > .cache/day.jsonl
	@go run ./functions/cmd/twilioctl report --items .cache/day.jsonl --day 2026-11-24 --timezone America/Los_Angeles --output .cache/report $(REPORT)

.PHONY: cost
cost: ## what a million calls cost, of a simulated day and functions/cmd/cost/prices.yaml; COST has flags such as -mode dequeue
	@go run ./functions/cmd/cost $(COST)

scenario: ## play FILE, a scenario or a folder of them (functions/cmd/scenario/scenarios); SCENARIO has flags such as -seed 7 -json
	go run ./functions/cmd/scenario $(SCENARIO) $(FILE)

campaign: ## 1,000,000 calls with faults, in virtual time; CAMPAIGN has flags such as -seed 7 -calls 1000
	go run ./functions/cmd/campaign $(CAMPAIGN)

test: ## all tests; with a C compiler also the race detector
	@[ "$$(go env CGO_ENABLED)" = 1 ] || echo "There is no C compiler, which Go's race detector needs: testing without -race."
	go test $$([ "$$(go env CGO_ENABLED)" = 0 ] || echo -race) -shuffle=on ./...

browser: ## the pages of make phones, of the board and of the report in Debian's chromium, with axe-core from npm
	axe=$$(.ci/axe) && go vet -tags browser ./functions/... && AXE=$$axe go test -tags browser -count=1 ./functions/cmd/phones ./functions/cmd/board ./functions/cmd/twilioctl/internal/board ./functions/cmd/twilioctl/internal/report

lint: ## gofmt, go vet, staticcheck, and words that have plainer ones
	@unformatted=$$(gofmt -l functions shared); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	.ci/words

fuzz: ## every fuzz target for FUZZTIME (5s)
	.ci/fuzz $(FUZZTIME)

# SAM runs the Go builds of all functions in parallel; the first line compiles what they share only once.
build: ## sam build for ARCHITECTURE (arm64, x86_64)
	GOOS=linux GOARCH=$(ARCHITECTURE:x86_64=amd64) $(LAMBDA_BUILD) go build -trimpath ./functions/*/bootstrap
	tools=$$(.ci/venv sam) && $(LAMBDA_BUILD) $$tools/sam build $(FUNCTION) --build-dir $(BUILD_DIR) --parameter-overrides Architecture=$(ARCHITECTURE)
	sed 's/RELEASE: unreleased/RELEASE: $(RELEASE)/' $(BUILD_DIR)/template.yaml >$(BUILD_DIR)/released.yaml && mv $(BUILD_DIR)/released.yaml $(BUILD_DIR)/template.yaml

.PHONY: vulnerabilities sbom reproduce
vulnerabilities: ## govulncheck; where its database cannot be reached it says so, with exit code 3
	@.ci/vulnerabilities

sbom: ## the modules in the binaries of make build, as CycloneDX in BUILD_DIR/sbom.json
	@go run ./functions/cmd/sbom -release $(RELEASE) $(BUILD_DIR)/*Function/bootstrap >$(BUILD_DIR)/sbom.json
	@listed() { go version -m $(BUILD_DIR)/*Function/bootstrap | awk '$$1 == "dep" { print "pkg:golang/" $$2 "@" $$3 }' | sort -u; }; \
	for module in $$(listed); do grep -qF "\"purl\": \"$$module\"" $(BUILD_DIR)/sbom.json || { echo "$$module is not in the bill"; exit 1; }; done; \
	echo "$(BUILD_DIR)/sbom.json: $$(listed | wc -l) modules and Go's standard library"

reproduce: ## build all functions twice, from two folders, and compare the hashes, those of make build too
	@$(LAMBDA_BUILD) .ci/reproduce $(ARCHITECTURE:x86_64=amd64) $(BUILD_DIR)

validate: ## sam validate, cfn-lint with serverless-rules, the processed template, checkov
	tools=$$(.ci/venv sam) && $$tools/sam validate --lint && $$tools/cfn-lint --template template.yaml --append-rules cfn_lint_serverless.rules \
		&& $$tools/python -B .ci/processed.py
	tools=$$(.ci/venv checkov) && $$tools/checkov --file template.yaml --framework cloudformation --compact --quiet --skip-download

invoke-%: ## one function on its file in events/, with sam local invoke
	.ci/invoke $*

plan: ## what apply would change in Twilio: make plan FILE=workspace.yaml
	go run ./functions/cmd/twilioctl plan $(FLAGS) $(FILE)

apply: ## have Twilio as FILE describes it; asks first
	go run ./functions/cmd/twilioctl apply $(FLAGS) $(FILE)

import: ## print the file of a TaskRouter workspace that exists already
	@go run ./functions/cmd/twilioctl import $(FLAGS)

doctor: ## examine the Twilio and the AWS side, changing nothing
	@go run ./functions/cmd/twilioctl doctor $(FLAGS)

version: ## the version of this checkout
	@go run ./functions/cmd/twilioctl version

workers: ## the workers, and why one is away; FLAGS="--on Alice" and FLAGS="--off Alice" sign one on and off
	@go run ./functions/cmd/twilioctl workers $(FLAGS)

messages: ## messages of callers that are not marked as done, and call backs that were not made
	@go run ./functions/cmd/twilioctl messages $(FLAGS)

.PHONY: trace
trace: ## what happened in a call, and what is missing: CALL=CA…, the SID of a worker call, a task or a reservation
	@go run ./functions/cmd/twilioctl trace $(FLAGS) $(CALL)

.PHONY: board board-demo
board: ## who waits, what each worker does and how the day goes, on a page; FLAGS=--once prints it
	@go run ./functions/cmd/twilioctl board $(FLAGS)

board-demo: ## the board of a simulated desk of 25 workers; FLAGS=-once prints it
	@go run ./functions/cmd/board $(FLAGS)

forget: ## delete what is kept of a caller: FLAGS="--call CA…" or FLAGS="--number +…"
	@go run ./functions/cmd/twilioctl forget $(FLAGS)

close: ## close all numbers now; FLAGS="--reason 'We are closed because of a storm.'" says why
	@go run ./functions/cmd/twilioctl close $(FLAGS)

open: ## end what close began: the opening hours decide again
	@go run ./functions/cmd/twilioctl open $(FLAGS)

deploy: build ## into your AWS account; asks for each parameter
	tools=$$(.ci/venv sam) && $$tools/sam deploy --guided

rehearse: ## set up an account, deploy into an AWS emulator on this machine, plant faults, take calls, kill functions
	tools=$$(.ci/venv ministack) && $$tools/python -B .ci/rehearse.py

.PHONY: record
record: ## what the release of .ci/previous-release writes into queues, tables and parameters, for the tests
	.ci/record-release

bench: ## cold and warm start of each binary, compared with a hello-world
	go run ./functions/cmd/bench $(BENCH)

clean: ## stop what invoke and rehearse started; remove what was built
	.ci/twilio stop
	! command -v python3 >/dev/null || python3 .ci/emulator.py stop
	.ci/docker stop
	rm -rf .aws-sam .cache
