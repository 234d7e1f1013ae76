// SPDX-License-Identifier: LGPL-2.1-only
/*
 * code-pack - code as bytes, to be kept in bpffs and fused again later
 *
 * Relocated code is kept, not the ELF file: libbpf would have to relocate it
 * again for every change, which takes 10 ms for each stage that uses the
 * kernel's types.  Maps are kept by their ids, and code refers to them by their
 * place in the list; all else that relocation has put in holds until the kernel
 * is booted anew, and so does bpffs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "code-pack.h"
#include "internal.h"
#include "code.h"
#include "elf.h"

#define MAGIC	 0x786c6162u /* "xlab" */
#define VERSION	 1
#define MAX_MAPS 4096

/* What the bytes begin with; the arrays follow in this order. */
struct header {
	uint32_t magic, version;
	uint32_t nr_insns, nr_funcs, nr_lines, nr_maps;
	uint32_t btf_size;
	uint32_t unused;
};

/* ---- maps ---- */

static bool refers_to_map(const struct bpf_insn *insn)
{
	return insn_is_wide(insn) && (insn->src_reg == BPF_PSEUDO_MAP_FD ||
				      insn->src_reg == BPF_PSEUDO_MAP_VALUE);
}

/* Of a kernel's module, which may be loaded anew at another place. */
static bool refers_to_module(const struct bpf_insn *insn)
{
	if (insn->code == (BPF_JMP | BPF_CALL))
		return insn->src_reg == BPF_PSEUDO_KFUNC_CALL && insn->off;
	return insn_is_wide(insn) && insn->src_reg == BPF_PSEUDO_BTF_ID &&
	       insn[1].imm;
}

static size_t find_map(const struct code_maps *maps, int fd)
{
	size_t i = 0;

	while (i < maps->nr && maps->fds[i] != fd)
		i++;
	return i;
}

static int add_map(struct code_maps *maps, int fd, const char *name)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	uint32_t *ids = reallocarray(maps->ids, maps->nr + 1, sizeof(*ids));
	int *fds = NULL, err;

	if (ids) {
		maps->ids = ids;
		fds = reallocarray(maps->fds, maps->nr + 1, sizeof(*fds));
	}
	if (!fds)
		return fail(-ENOMEM, "%s: out of memory", name);
	maps->fds = fds;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (err)
		return fail(err, "%s: map: %s", name, strerror(-err));
	fds[maps->nr] = fd;
	ids[maps->nr++] = info.id;
	return 0;
}

int code_maps_read(struct code_maps *maps, const struct code *code,
		   const char *name)
{
	struct code_maps read = { 0 };
	int err = 0;

	for (size_t i = 0; !err && i < code->nr_insns; i++) {
		const struct bpf_insn *insn = &code->insns[i];

		if (refers_to_module(insn)) {
			fail(-EOPNOTSUPP,
			     "%s: uses kernel module functions, which chains "
			     "do not support",
			     name);
			err = advise(-EOPNOTSUPP, "`ip link set IFACE xdp obj "
						  "FILE` attaches it alone");
		} else if (refers_to_map(insn) &&
			   find_map(&read, insn->imm) == read.nr) {
			err = add_map(&read, insn->imm, name);
		}
		i += insn_is_wide(insn);
	}
	if (err)
		code_maps_free(&read);
	else
		*maps = read;
	return err;
}

void code_maps_free(struct code_maps *maps)
{
	for (size_t i = 0; maps->own && i < maps->nr; i++)
		if (maps->fds[i] >= 0)
			close(maps->fds[i]);
	free(maps->fds);
	free(maps->ids);
	*maps = (struct code_maps){ 0 };
}

/* ---- pack ---- */

static void *put(void *place, const void *bytes, size_t size)
{
	if (size)
		memcpy(place, bytes, size);
	return (char *)place + size;
}

int code_pack(void **bytes, size_t *pages, const struct code *code,
	      const struct code_maps *maps)
{
	struct header header = {
		.magic = MAGIC,
		.version = VERSION,
		.nr_insns = code->nr_insns,
		.nr_funcs = code->nr_funcs,
		.nr_lines = code->nr_lines,
		.nr_maps = maps->nr,
	};
	const void *btf = NULL;
	struct bpf_insn *insns;
	char *packed, *place;
	size_t size;

	if (code->btf)
		btf = btf__raw_data(code->btf, &header.btf_size);
	size = sizeof(header) + code->nr_insns * sizeof(*code->insns) +
	       code->nr_funcs * sizeof(*code->funcs) +
	       code->nr_lines * sizeof(*code->lines) +
	       maps->nr * sizeof(*maps->ids) + header.btf_size;
	*pages = (size + CODE_PAGE - 1) / CODE_PAGE;
	packed = calloc(*pages, CODE_PAGE);
	if (!packed)
		return fail(-ENOMEM, "chain: out of memory");
	place = put(packed, &header, sizeof(header));
	insns = (struct bpf_insn *)place;
	place = put(place, code->insns, code->nr_insns * sizeof(*insns));
	place = put(place, code->funcs, code->nr_funcs * sizeof(*code->funcs));
	place = put(place, code->lines, code->nr_lines * sizeof(*code->lines));
	place = put(place, maps->ids, maps->nr * sizeof(*maps->ids));
	put(place, btf, header.btf_size);
	for (size_t i = 0; i < code->nr_insns; i++) {
		if (refers_to_map(&insns[i]))
			insns[i].imm = find_map(maps, insns[i].imm);
		i += insn_is_wide(&insns[i]);
	}
	*bytes = packed;
	return 0;
}

/* ---- unpack ---- */

struct reader {
	const char *at;
	size_t left;
};

/* A copy of the next `nr` elements; with one more, so that none is NULL. */
static void *take(struct reader *reader, size_t nr, size_t element)
{
	size_t size = nr * element;
	void *copy;

	if (nr > reader->left / element)
		return NULL;
	copy = calloc(nr + 1, element);
	if (copy)
		put(copy, reader->at, size);
	reader->at += size;
	reader->left -= size;
	return copy;
}

/* Puts descriptors where the code has places in the list of maps. */
static int aim_at_maps(struct code *code, const struct code_maps *maps)
{
	for (size_t i = 0; i < code->nr_insns; i++) {
		struct bpf_insn *insn = &code->insns[i];

		if (refers_to_map(insn)) {
			if (insn->imm < 0 || (size_t)insn->imm >= maps->nr)
				return -EUCLEAN;
			insn->imm = maps->fds[insn->imm];
		}
		i += insn_is_wide(insn);
	}
	return 0;
}

static int open_maps(struct code_maps *maps)
{
	for (size_t i = 0; i < maps->nr; i++) {
		maps->fds[i] = bpf_map_get_fd_by_id(maps->ids[i]);
		if (maps->fds[i] < 0)
			return maps->fds[i];
	}
	return 0;
}

static int unpack_btf(struct code *code, struct reader *reader, size_t size)
{
	char *raw;

	if (!size) /* then there is nothing that refers to it */
		return code->nr_funcs || code->nr_lines ? -EUCLEAN : 0;
	raw = take(reader, size, 1);
	if (!raw)
		return -EUCLEAN;
	/* In memory of its own, which ends where it ends, and is aligned. */
	if (!btf_defect(raw, size))
		code->btf = btf__new(raw, size);
	free(raw);
	return code->btf ? 0 : -EUCLEAN;
}

static int unpack(struct code *code, struct code_maps *maps,
		  struct reader *reader)
{
	struct header header;
	int err;

	if (reader->left < sizeof(header))
		return -EUCLEAN;
	memcpy(&header, reader->at, sizeof(header));
	reader->at += sizeof(header);
	reader->left -= sizeof(header);
	if (header.magic != MAGIC || header.version != VERSION ||
	    header.nr_maps > MAX_MAPS)
		return -EUCLEAN;
	code->insns = take(reader, header.nr_insns, sizeof(*code->insns));
	code->funcs = take(reader, header.nr_funcs, sizeof(*code->funcs));
	code->lines = take(reader, header.nr_lines, sizeof(*code->lines));
	maps->ids = take(reader, header.nr_maps, sizeof(*maps->ids));
	maps->fds = calloc(header.nr_maps + 1, sizeof(*maps->fds));
	if (!code->insns || !code->funcs || !code->lines || !maps->ids ||
	    !maps->fds)
		return -EUCLEAN;
	code->nr_insns = header.nr_insns;
	code->nr_funcs = header.nr_funcs;
	code->nr_lines = header.nr_lines;
	memset(maps->fds, 0xff, header.nr_maps * sizeof(*maps->fds));
	maps->nr = header.nr_maps;
	maps->own = true;
	err = unpack_btf(code, reader, header.btf_size);
	if (!err)
		err = open_maps(maps);
	return err ? err : aim_at_maps(code, maps);
}

int code_unpack(struct code *code, struct code_maps *maps, const void *bytes,
		size_t size)
{
	struct reader reader = { bytes, size };
	struct code_maps found = { 0 };
	struct code read = { 0 };
	int err = unpack(&read, &found, &reader);

	if (err) {
		btf__free(read.btf);
		code_free(&read);
		code_maps_free(&found);
		return err;
	}
	*code = read;
	*maps = found;
	return 0;
}
