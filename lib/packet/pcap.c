// SPDX-License-Identifier: LGPL-2.1-only
/*
 * pcap - files of packets, pcap and pcapng, by libpcap
 *
 * libpcap brings with it what captures from D-Bus, InfiniBand and USB need:
 * linked to it, every command would load ten libraries at its start, and take
 * twice as long for it.  It is loaded when the first file of packets is opened.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* Not <pcap.h>, which our own may stand before.  The instructions of its filters
 * have the name of the kernel's. */
#define bpf_insn pcap_insn
#include <pcap/pcap.h>
#undef bpf_insn

#include "internal.h"
#include "pcap.h"

/* ---- the library ---- */

/* What is called of it, without the "pcap_" before each name. */
#define FUNCTIONS(F)                                                           \
	F(fopen_offline)                                                       \
	F(open_dead)                                                           \
	F(close)                                                               \
	F(geterr)                                                              \
	F(datalink)                                                            \
	F(datalink_val_to_description)                                         \
	F(next_ex)                                                             \
	F(compile)                                                             \
	F(freecode)                                                            \
	F(offline_filter)                                                      \
	F(dump_fopen)                                                          \
	F(dump)                                                                \
	F(dump_file)                                                           \
	F(dump_flush)                                                          \
	F(dump_close)

static struct {
#define MEMBER(name) __typeof__(pcap_##name) *(name);
	FUNCTIONS(MEMBER)
	bool usable;
} lib;

static void load_library(void)
{
	/* Debian's name, and that of all others; the library is the same. */
	void *handle = dlopen("libpcap.so.0.8", RTLD_NOW | RTLD_LOCAL)
			       ?: dlopen("libpcap.so.1", RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return;
	lib.usable = true;
#define FIND(name)                                                             \
	lib.name = (__typeof__(lib.name))dlsym(handle, "pcap_" #name);         \
	lib.usable &= lib.name != NULL;
	FUNCTIONS(FIND)
}

static int need_library(const char *path)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load_library);
	if (lib.usable)
		return 0;
	fail(-ENOPKG,
	     "%s: libpcap, required for capture files, is not installed", path);
	return advise(-ENOPKG, "apt-get install libpcap0.8");
}

/* ---- files ---- */

/* Opens a plain file and nothing else; O_NONBLOCK, so that nobody has to wait
 * for the other end of a pipe to be told so. */
static int open_plain(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0644);
	struct stat st;

	if (fd < 0 && errno == ELOOP && (flags & O_NOFOLLOW))
		return fail(-ELOOP, "%s: is a symbolic link", path);
	if (fd < 0)
		return fail(-errno, "%s: %s", path, strerror(errno));
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return fail(-EINVAL, "%s: not a regular file", path);
}

/* ---- reading ---- */

struct pcap_in {
	char *path;
	pcap_t *pcap;
	uint64_t number; /* of the last packet, from 1 */
	struct bpf_program filter;
	bool filtered;
};

static int open_capture(struct pcap_in *in)
{
	char reason[PCAP_ERRBUF_SIZE];
	int fd = open_plain(in->path, O_RDONLY);
	FILE *file;

	if (fd < 0)
		return fd;
	file = fdopen(fd, "r");
	if (!file) {
		int err = fail(-errno, "%s: %s", in->path, strerror(errno));

		close(fd);
		return err;
	}
	in->pcap = lib.fopen_offline(file, reason);
	if (in->pcap)
		return 0;
	fclose(file);
	return fail(-EINVAL, "%s: libpcap cannot read it: %s", in->path,
		    reason);
}

static int check_link_type(const struct pcap_in *in)
{
	int type = lib.datalink(in->pcap);
	const char *what;

	if (type == DLT_EN10MB)
		return 0;
	what = lib.datalink_val_to_description(type);
	if (what)
		return fail(-EINVAL, "%s: link type is %s, not Ethernet",
			    in->path, what);
	return fail(-EINVAL, "%s: link type is %d, not Ethernet", in->path,
		    type);
}

static int set_filter(struct pcap_in *in, const char *filter)
{
	if (lib.compile(in->pcap, &in->filter, filter, 1,
			PCAP_NETMASK_UNKNOWN)) {
		fail(-EINVAL, "filter \"%s\": %s", filter,
		     lib.geterr(in->pcap));
		return advise(-EINVAL, "see pcap-filter(7) for the syntax");
	}
	in->filtered = true;
	return 0;
}

int pcap_in_open(struct pcap_in **out, const char *path, const char *filter)
{
	struct pcap_in *in;
	int err;

	err = need_library(path);
	if (err)
		return err;
	in = calloc(1, sizeof(*in));
	if (!in)
		return fail(-ENOMEM, "%s: out of memory", path);
	in->path = strdup(path);
	err = in->path ? open_capture(in)
		       : fail(-ENOMEM, "%s: out of memory", path);
	if (!err)
		err = check_link_type(in);
	if (!err && filter)
		err = set_filter(in, filter);
	if (err) {
		pcap_in_close(in);
		return err;
	}
	*out = in;
	return 0;
}

static int fail_cut(const struct pcap_in *in, const struct pcap_pkthdr *header)
{
	fail(-EINVAL,
	     "%s: packet %" PRIu64 ": only %u of its %u bytes were captured",
	     in->path, in->number, header->caplen, header->len);
	return advise(-EINVAL, "capture full packets with tcpdump -s 0");
}

int pcap_in_next(struct pcap_in *in, const uint8_t **bytes, size_t *length)
{
	struct pcap_pkthdr *header;
	const u_char *data;
	int got;

	do {
		in->number++;
		got = lib.next_ex(in->pcap, &header, &data);
		if (got == PCAP_ERROR_BREAK)
			return 0;
		if (got < 0)
			return fail(-EINVAL, "%s: packet %" PRIu64 ": %s",
				    in->path, in->number, lib.geterr(in->pcap));
	} while (in->filtered &&
		 !lib.offline_filter(&in->filter, header, data));
	if (header->caplen < header->len)
		return fail_cut(in, header);
	*bytes = data;
	*length = header->caplen;
	return 1;
}

void pcap_in_close(struct pcap_in *in)
{
	if (!in)
		return;
	if (in->filtered)
		lib.freecode(&in->filter);
	if (in->pcap)
		lib.close(in->pcap);
	free(in->path);
	free(in);
}

/* ---- writing ---- */

/* What tcpdump takes for "whole packets". */
#define SNAPLEN 262144

struct pcap_out {
	char *path;
	pcap_t *pcap;
	pcap_dumper_t *dumper;
	int err; /* of the first packet that could not be written */
};

static int begin_file(struct pcap_out *out)
{
	int fd = open_plain(out->path, O_WRONLY | O_CREAT | O_NOFOLLOW);
	FILE *file;

	if (fd < 0)
		return fd;
	file = ftruncate(fd, 0) ? NULL : fdopen(fd, "w");
	if (!file) {
		int err = fail(-errno, "%s: %s", out->path, strerror(errno));

		close(fd);
		return err;
	}
	/* From here on the file is libpcap's, also if that fails. */
	out->dumper = lib.dump_fopen(out->pcap, file);
	if (!out->dumper)
		return fail(-EIO, "%s: %s", out->path, lib.geterr(out->pcap));
	return 0;
}

static void out_free(struct pcap_out *out)
{
	if (out->dumper)
		lib.dump_close(out->dumper);
	if (out->pcap)
		lib.close(out->pcap);
	free(out->path);
	free(out);
}

int pcap_out_open(struct pcap_out **out, const char *path)
{
	struct pcap_out *made;
	int err;

	err = need_library(path);
	if (err)
		return err;
	made = calloc(1, sizeof(*made));
	if (!made)
		return fail(-ENOMEM, "%s: out of memory", path);
	made->path = strdup(path);
	made->pcap = lib.open_dead(DLT_EN10MB, SNAPLEN);
	if (made->path && made->pcap)
		err = begin_file(made);
	else
		err = fail(-ENOMEM, "%s: out of memory", path);
	if (err) {
		out_free(made);
		return err;
	}
	*out = made;
	return 0;
}

static int fail_write(struct pcap_out *out)
{
	out->err = -errno;
	return fail(out->err, "%s: %s", out->path, strerror(-out->err));
}

int pcap_out_add(struct pcap_out *out, const void *bytes, size_t length)
{
	struct pcap_pkthdr header = { .caplen = length, .len = length };

	gettimeofday(&header.ts, NULL);
	lib.dump((u_char *)out->dumper, &header, bytes);
	if (!out->err && ferror(lib.dump_file(out->dumper)))
		return fail_write(out);
	return out->err;
}

int pcap_out_flush(struct pcap_out *out)
{
	if (!out->err && lib.dump_flush(out->dumper))
		return fail_write(out);
	return out->err;
}

int pcap_out_close(struct pcap_out *out)
{
	int err;

	if (!out)
		return 0;
	err = pcap_out_flush(out);
	out_free(out);
	return err;
}
