# SPDX-License-Identifier: GPL-2.0-only
# install.mk - manual and completion, and where everything goes
#
# DESTDIR stages a package; PREFIX, LIBDIR, SBINDIR, INCLUDEDIR, MANDIR and
# COMPLETIONDIR choose the places.  `make install ALIAS=` leaves out
# xdp-loader, for those who keep xdp-tools' own in the same place.

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
SBINDIR ?= $(PREFIX)/sbin
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
ALIAS := xdp-loader

PROGRAMS := xdplab $(ALIAS)
MANUALS := $(PROGRAMS:%=$(B)/%.8)
COMPLETIONS := $(PROGRAMS:%=$(B)/completions/%)

all: $(MANUALS) $(COMPLETIONS)

# A line "@SECTION@" of a manual stands for that section, which the program
# itself prints from its tables of commands.
$(B)/%.8: docs/%.8.in $(B)/xdplab
	$(call say,GEN,$@)
	$(Q)$(B)/$* help --mdoc | awk ' \
		NR == FNR && /^\.Sh/ { name = "@" $$2 "@" } \
		NR == FNR { section[name] = section[name] $$0 "\n"; next } \
		$$0 in section { printf "%s", section[$$0]; next } \
		{ print }' - $< > $@

$(B)/completions/%: $(B)/xdplab | $(B)/completions
	$(call say,GEN,$@)
	$(Q)$(B)/$* help --bash > $@

$(B)/completions:
	@mkdir -p $@

# Made again each time, as the directories may differ from the last time's.
$(B)/libxdplab.pc: libxdplab.pc.in FORCE
	$(call say,GEN,$@)
	$(Q)sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
		-e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
		-e 's|@BPF_CFLAGS@|$(BPF_CFLAGS)|' \
		-e 's|@VERSION@|$(VERSION)|' $< > $@

# What is installed besides the command: files as FROM:TO, links as TARGET:LINK.
into = $(foreach file,$(2),$(file):$(1)/$(notdir $(file)))

FILES = $(B)/libxdplab.so:$(LIBDIR)/libxdplab.so.$(VERSION) \
	$(call into,$(LIBDIR),$(B)/libxdplab.a) \
	$(call into,$(LIBDIR)/pkgconfig,$(B)/libxdplab.pc) \
	$(call into,$(LIBDIR)/xdplab,$(BPF_OBJ)) \
	$(call into,$(INCLUDEDIR),lib/include/xdplab.h) \
	$(call into,$(MANDIR)/man8,$(MANUALS)) \
	$(call into,$(MANDIR)/man3,docs/libxdplab.3) \
	$(call into,$(MANDIR)/man5,docs/xdplab-test.5) \
	$(call into,$(MANDIR)/man7,docs/xdplab-packet.7) \
	$(call into,$(COMPLETIONDIR),$(COMPLETIONS))

LINKS = libxdplab.so.$(VERSION):$(LIBDIR)/libxdplab.so.$(SOVERSION) \
	libxdplab.so.$(SOVERSION):$(LIBDIR)/libxdplab.so \
	$(ALIAS:%=xdplab:$(SBINDIR)/%)

install: all $(BPF_OBJ) $(B)/libxdplab.a $(B)/libxdplab.pc
	$(call say,INSTALL,$(DESTDIR)$(SBINDIR)/xdplab)
	$(Q)install -D -m 755 $(B)/xdplab '$(DESTDIR)$(SBINDIR)/xdplab'
	@set -e; for file in $(FILES); do \
		to='$(DESTDIR)'"$${file#*:}"; \
		echo "  INSTALL $$to"; \
		install -D -m 644 "$${file%%:*}" "$$to"; \
	done
	@set -e; for link in $(LINKS); do \
		to='$(DESTDIR)'"$${link#*:}"; \
		echo "  LINK    $$to"; \
		ln -sf "$${link%%:*}" "$$to"; \
	done
	@test -n '$(DESTDIR)' || test "$$(id -u)" != 0 || $(LDCONFIG)

uninstall:
	@set -e; for file in :$(SBINDIR)/xdplab $(FILES) $(LINKS); do \
		echo "  RM      $(DESTDIR)$${file#*:}"; \
		rm -f '$(DESTDIR)'"$${file#*:}"; \
	done
	@rm -rf '$(DESTDIR)$(LIBDIR)/xdplab'
	@test -n '$(DESTDIR)' || test "$$(id -u)" != 0 || $(LDCONFIG)

# su leaves sbin out of PATH.
LDCONFIG := PATH="$$PATH:/sbin:/usr/sbin" ldconfig

FORCE:

.PHONY: install uninstall FORCE
