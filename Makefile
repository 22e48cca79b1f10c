# SPDX-License-Identifier: Apache-2.0
# A thin door to Meson and the scripts in tools/. `make help` says what is behind it.

MAKEFLAGS += --no-print-directory --no-builtin-rules
MESON ?= meson
NINJA ?= ninja

PREFIX ?= /usr/local

.PHONY: help demo check test bench worlds accounts proposals peers fuzz fuzz-long flips faults kills build install \
	analyze clean sanitized release clang fuzzers installable deb deb-test image image-test

help:
	@echo 'make demo     build reputed and show it on made-up mail logs; its page until a key is pressed'
	@echo 'make check    in a minute or so: build, unit tests, stories, fuzz seeds, style and includes'
	@echo 'make test     all tests, with AddressSanitizer and UBSan; the last line counts them'
	@echo 'make bench    measure speed and memory on generated logs'
	@echo 'make worlds   judge made-up worlds whose causes are known: WORLDS=6 of each kind and half'
	@echo 'make accounts judge public accounts of refused mail whose cause was reported (bench/accounts)'
	@echo 'make proposals  publish what is proposed for 1,000 made-up SPF records (SITUATIONS=1000), and look again'
	@echo 'make peers    SPF, DKIM and DMARC beside other implementations: every difference, and who is right'
	@echo 'make fuzz     fuzz every parser, FUZZ_SECONDS=60 each'
	@echo 'make fuzz-long  the same for a night: FUZZ_SECONDS=600 each, what it finds stays in FUZZ_CORPUS'
	@echo 'make flips    change 10,000 single bytes of a database; make test tries 300'
	@echo 'make faults   let each place that allocates fail, in every command; make test tries some of each'
	@echo 'make kills    kill -9 and power loss at 1,000 random moments each (KILLS=1000)'
	@echo 'make analyze  gcc -fanalyzer over src/'
	@echo 'make build    only build (build-release/src/reputed)'
	@echo 'make install  build and install: binary, manual pages, documents (PREFIX=/usr/local, DESTDIR=)'
	@echo 'make deb      the Debian package, checked by lintian: dist/'
	@echo 'make deb-test as root: installed, upgraded, removed and purged in a bare Debian 12, and its service there'
	@echo 'make image    as root: a container image from the package: dist/'
	@echo 'make image-test  as root: that image, run'
	@echo 'make clean    remove build, build-release, build-clang, build-fuzz and dist'
	@echo
	@echo 'Debian packages that are missing are installed first, and named before they are.'

demo:
	@tools/deps build
	@$(MAKE) release
	@tools/demo

check:
	@tools/deps test
	@tools/run-tests --quick

test:
	@tools/deps test
	@tools/run-tests

bench:
	@tools/deps bench
	@$(MAKE) release
	@tools/bench build-release/src/reputed
	@tools/bench-mails build-release/src/reputed
	@tools/bench-reports build-release/src/reputed
	@tools/reports-table --bin build-release/src/reputed
	@tools/bench-judge
	@tools/bench-queue build-release/src/reputed
	@tools/bench-serve build-release/src/reputed
	@tools/bench-web build-release/src/reputed
	@tools/bench-auth

worlds:
	@tools/deps build
	@$(MAKE) release
	@tools/worlds

accounts:
	@tools/deps build
	@$(MAKE) release
	@tools/accounts

SITUATIONS ?= 1000
proposals:
	@tools/deps peers
	@$(MAKE) release
	@SITUATIONS='$(SITUATIONS)' python3 tests/system/test_proposals.py build-release/src/reputed

peers:
	@tools/deps peers
	@$(MAKE) release
	@tools/peers

fuzz:
	@tools/deps fuzz
	@$(MAKE) fuzzers
	@tools/fuzz

# The corpus is outside the tree, so that the next night begins where this one ended.
FUZZ_CORPUS ?= $(HOME)/.cache/reputed-fuzz/corpus
fuzz-long:
	@tools/deps fuzz
	@$(MAKE) fuzzers
	@FUZZ_CORPUS='$(FUZZ_CORPUS)' FUZZ_SECONDS='$(or $(FUZZ_SECONDS),600)' tools/fuzz

build:
	@tools/deps build
	@$(MAKE) release

install:
	@tools/deps install
	@$(MAKE) release installable
	@DESTDIR='$(DESTDIR)' $(MESON) install -C build-release --no-rebuild --quiet

DEB = $(firstword $(wildcard dist/reputed_*.deb))

deb:
	@tools/deps deb
	@tools/deb

dist:
	@$(MAKE) deb

# What is in dist/: make deb builds it anew.
deb-test: | dist
	@tools/deps deb
	@python3 tests/package/test_deb.py $(DEB)

image: | dist
	@tools/deps image
	@tools/image $(DEB) dist

image-test:
	@tools/deps image
	@python3 tests/package/test_image.py dist

flips:
	@tools/deps test
	@$(MAKE) sanitized
	@REPUTED_FLIPS=10000 build/tests/test_flips

faults:
	@tools/deps test
	@$(MAKE) release
	@REPUTED_FAULTS='$(or $(FAULTS),places)' python3 tests/system/test_faults.py build-release/src/reputed

KILLS ?= 1000
kills:
	@tools/deps test
	@$(MAKE) release sanitized
	@REPUTED_KILLS='$(KILLS)' python3 tests/system/test_stops.py build-release/src/reputed
	@REPUTED_POWER='$(KILLS)' build/tests/test_power

analyze:
	@tools/deps build
	@tools/analyze

clean:
	rm -rf build build-release build-clang build-fuzz dist

# The builds. Each is set up once, two perhaps at a time (tools/ci). Then ninja sees by itself what changed.
# All take a warning as an error but the last: it compiles what clang has been over already.

sanitized: build/build.ninja
	@$(NINJA) -C build --quiet

release: build-release/build.ninja
	@$(NINJA) -C build-release --quiet src/reputed tools/genlog

installable: build-release/build.ninja
	@$(MESON) setup --reconfigure build-release -Dprefix='$(PREFIX)' >/dev/null
	@$(NINJA) -C build-release --quiet installable

clang: build-clang/build.ninja
	@$(NINJA) -C build-clang --quiet

fuzzers: build-fuzz/build.ninja
	@$(NINJA) -C build-fuzz --quiet

# Without -pie: 350,000 relocations, nearly all for UBSan, took some 12 ms of the 48 that a start costs.
# At -O1 gcc sees too little to be right about these two; the release build has them as errors.
build/build.ninja:
	@$(MESON) setup build -Dbuildtype=debugoptimized -Doptimization=1 -Dwerror=true \
	    -Db_sanitize=address,undefined -Db_pie=false -Dc_link_args=-no-pie \
	    '-Dc_args=-g1 -fno-pie -Wno-maybe-uninitialized -Wno-format-truncation' \
	    >$(@D).log 2>&1 || { cat $(@D).log; rm -rf build; exit 1; }
	@mv $(@D).log $(@D)/setup.log

build-release/build.ninja:
	@$(MESON) setup build-release -Dbuildtype=release -Db_lto=true -Dprefix='$(PREFIX)' \
	    >$(@D).log 2>&1 || { cat $(@D).log; rm -rf build-release; exit 1; }
	@mv $(@D).log $(@D)/setup.log

# clang 14 also warns of fields that a designated initializer leaves out on purpose; gcc does not.
build-clang/build.ninja:
	@CC=clang $(MESON) setup build-clang -Dbuildtype=plain -Dwerror=true \
	    -Dc_args=-Wno-missing-field-initializers \
	    >$(@D).log 2>&1 || { cat $(@D).log; rm -rf build-clang; exit 1; }
	@mv $(@D).log $(@D)/setup.log

# Without trace-cmp: comparing each number with each constant took a tenth to a half of the time, and
# the dictionaries and seeds hold the words of the formats (bench/fuzz.md).
build-fuzz/build.ninja:
	@CC=clang $(MESON) setup build-fuzz -Dbuildtype=debugoptimized -Dfuzz=true \
	    -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=false \
	    '-Dc_args=-g1 -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp -w' \
	    >$(@D).log 2>&1 || { cat $(@D).log; rm -rf build-fuzz; exit 1; }
	@mv $(@D).log $(@D)/setup.log
