# SPDX-License-Identifier: Apache-2.0
# A thin door to Meson and the scripts in tools/. `make help` says what is behind it.

MAKEFLAGS += --no-print-directory --no-builtin-rules
MESON ?= meson
NINJA ?= ninja

.PHONY: help demo test bench fuzz build clean sanitized release fuzzers

help:
	@echo 'make demo     build reputed and show it on made-up mail logs'
	@echo 'make test     all tests, with AddressSanitizer and UBSan; the last line counts them'
	@echo 'make bench    measure speed and memory on generated logs'
	@echo 'make fuzz     fuzz every parser, FUZZ_SECONDS=60 each'
	@echo 'make build    only build (build-release/src/reputed)'
	@echo 'make clean    remove build, build-release and build-fuzz'
	@echo
	@echo 'Debian packages that are missing are installed first, and named before they are.'

demo:
	@tools/deps build
	@$(MAKE) release
	@tools/demo

test:
	@tools/deps test
	@tools/run-tests

bench:
	@tools/deps bench
	@$(MAKE) release
	@tools/bench build-release/src/reputed
	@tools/bench-mails build-release/src/reputed
	@tools/bench-judge
	@tools/bench-auth

fuzz:
	@tools/deps fuzz
	@$(MAKE) fuzzers
	@tools/fuzz

build:
	@tools/deps build
	@$(MAKE) release

clean:
	rm -rf build build-release build-fuzz

# The three builds. Each is set up once; ninja then sees by itself what changed. Warnings
# are gcc's to give, in the first two.

sanitized: build/build.ninja
	@$(NINJA) -C build --quiet

release: build-release/build.ninja
	@$(NINJA) -C build-release --quiet src/reputed tools/genlog

fuzzers: build-fuzz/build.ninja
	@$(NINJA) -C build-fuzz --quiet

build/build.ninja:
	@$(MESON) setup build -Dbuildtype=debugoptimized -Dwerror=true \
	    -Db_sanitize=address,undefined >build.log 2>&1 || { cat build.log; rm -rf build; exit 1; }
	@mv build.log build/setup.log

build-release/build.ninja:
	@$(MESON) setup build-release -Dbuildtype=release -Db_lto=true \
	    >build.log 2>&1 || { cat build.log; rm -rf build-release; exit 1; }
	@mv build.log build-release/setup.log

build-fuzz/build.ninja:
	@CC=clang $(MESON) setup build-fuzz -Dbuildtype=debugoptimized -Dfuzz=true \
	    -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=false \
	    '-Dc_args=-fsanitize=fuzzer-no-link -w' \
	    >build.log 2>&1 || { cat build.log; rm -rf build-fuzz; exit 1; }
	@mv build.log build-fuzz/setup.log
