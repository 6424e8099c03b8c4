# Everything is built once, in release mode, into .build: the command, the tests and the demo.
SHELL := /bin/bash
export PKG_CONFIG_PATH := $(CURDIR)/.setup/pkgconfig$(if $(PKG_CONFIG_PATH),:$(PKG_CONFIG_PATH))

swift_files := Sources Tests Package.swift $(wildcard Benchmarks/Sources Benchmarks/Package.swift Fuzz/Sources Fuzz/Package.swift)
shell_files := Scripts/setup Scripts/install Scripts/demo Scripts/smoke Scripts/docs Scripts/image-corpus/run Scripts/large-image/run Scripts/tensorboard-check/run Scripts/page-tests/run .ci/run Fuzz/run Benchmarks/pytorch/run

.DEFAULT_GOAL := help
.PHONY: help setup build install build-tests test demo bench bench-quick bench-setup lint format docs clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo "  Other variables: CUDA=1 make setup; LIBTORCH=<folder>; USPLIT_FIXTURES=<folder>; BENCH=\"<options>\"; see CONTRIBUTING.md"

setup: ## install what a build needs (CUDA=1: LibTorch with CUDA)
	@Scripts/setup $(if $(filter-out 0,$(CUDA)),--cuda)

build: setup ## build the command .build/release/usplit
	swift build -c release --product usplit

install: build ## install the command, its manual page and completions (PREFIX=/usr/local)
	@Scripts/install "$$(swift build -c release --show-bin-path)/usplit" "$(or $(PREFIX),/usr/local)"

build-tests: setup ## build everything, tests included
	swift build -c release --build-tests

test: build-tests ## run the tests
	@if [ -z "$$USPLIT_FIXTURES" ] && [ ! -d ../shared/reference/fixtures ]; then \
	  echo "USPLIT_FIXTURES is not set: the fixture checks run only on the goldens in the repository."; \
	fi
	swift test -c release --skip-build
	swift test -c release --skip-build --filter DashboardTests

demo: build ## make images, train two networks, split unseen frames, compare (about 8 minutes on two cores)
	@Scripts/demo

bench: bench-setup ## compare speed and memory with PyTorch, every case (many hours)
	@Benchmarks/pytorch/run $(BENCH)

bench-quick: bench-setup ## the same for two networks, training and prediction (under ten minutes)
	@Benchmarks/pytorch/run --quick $(BENCH)

bench-setup: build
	swift build -c release --package-path Benchmarks --product usplit-bench

lint: ## check the formatting of Swift and, where shellcheck is installed, the scripts
	swift format lint -r --strict $(swift_files)
	@if command -v shellcheck >/dev/null; then shellcheck $(shell_files); fi

format: ## format the Swift files in place
	swift format -i -r $(swift_files)

docs: setup ## write the API documentation to .build/documentation
	@Scripts/docs

clean: ## remove what was built (LibTorch stays; remove .libtorch and .setup by hand)
	rm -rf .build
