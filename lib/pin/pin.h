/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * pin.h - our state in bpffs
 *
 * docs/formats.md has it in words.  As in internal.h a function that returns
 * an error has said why, but for those that say otherwise.
 */
#ifndef PIN_H
#define PIN_H

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- pin.c ---- */

/*
 * Where bpffs is: /sys/fs/bpf, with -ENOENT if none is mounted there; or what
 * XDPLAB_BPFFS says, with -EINVAL if that is none.
 */
int pin_root(const char **root);
/* ROOT/xdplab, and what `fmt` makes of the rest, into PATH_MAX bytes. */
int pin_path(char *path, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * Takes the lock of all changes, making its directory, and returns its
 * descriptor; closing it gives the lock back.  -EAGAIN after `timeout_ms`.
 */
int pin_lock(uint32_t timeout_ms);

/* An interface of a namespace, which has a directory of its own. */
struct pin_home {
	uint64_t cookie;
	uint32_t ifindex;
};

/* A path in that directory, and the directory itself for "". */
int pin_home_path(char *path, const struct pin_home *home, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Makes it and what is above it. */
int pin_home_make(const struct pin_home *home);
/* Opens it to be read, unless something else is in its place: links are not
 * followed, for what is found there may be removed.  NULL, with errno. */
DIR *pin_home_open(const struct pin_home *home);
/* The same of any directory at `path`, as to its last part. */
DIR *pin_directory_open(const char *path);
/* bpffs has no names with dots, and an object may have any for its maps: a name
 * as it is used there, into PIN_NAME_SIZE bytes. */
#define PIN_NAME_SIZE 128
void pin_name(char *name, const char *text);
/* A directory of our own at `path`, if there is none. */
int pin_directory(const char *path);
/* Pins an object there. */
int pin_object(int fd, const char *path);

/* ---- blob.c ---- */

/* Bytes kept in bpffs: a frozen array map of `nr` elements. */
int pin_blob_write(const char *path, const char *map_name, const void *bytes,
		   size_t element, size_t nr);
/*
 * A copy of them, to be freed.  Without fail(): -ENOENT if there is nothing,
 * -EUCLEAN if there is something else, or more than `max` elements; the
 * kernel's error.
 */
int pin_blob_read(void **bytes, size_t *nr, const char *path,
		  const char *map_name, size_t element, size_t max);

/* ---- chain.c ---- */

/* A stage as the chain's array map keeps it.  All strings end with a zero
 * byte. */
struct pin_stage {
	char name[128];
	char section[64];
	char path[256];
	char licence[64];
	uint32_t prio;
	uint32_t actions;
	uint64_t loaded_at;   /* seconds since 1970 */
	uint32_t id;	      /* of its mark, or of the adopted program */
	uint32_t counter;     /* FUSE_UNCOUNTED: none */
	uint32_t flags;	      /* PIN_STAGE_* */
	uint32_t prog_flags;  /* BPF_F_XDP_* that its code was written for */
	uint32_t attach_type; /* adopted: what it was loaded for */
	uint32_t how;	      /* enum xdplab_stage_how */
	uint32_t why;	      /* enum fuse_why */
	uint32_t group;	      /* the program of the chain that it is in */
	uint32_t cost;	      /* instructions for the verifier, 0: not known */
	uint32_t unused[3];
};

#define PIN_STAGE_ADOPTED (1u << 0) /* a program of its own, without code */
#define PIN_STAGE_DIRECT  (1u << 1) /* it is what is attached itself */

#define PIN_STAGES_MAX 1000

/* Pins generation `prog_id` of the interface, and its prog_arrays; -1: it has
 * none. */
int pin_chain_write(const struct pin_home *home, uint32_t prog_id,
		    const struct pin_stage *stages, size_t nr, int slots_fd,
		    int tap_fd);
/* Its stages, to be freed.  -ENOENT, without fail(), if there is none;
 * -EUCLEAN if something else is in its place. */
int pin_chain_read(struct pin_stage **stages, size_t *nr,
		   const struct pin_home *home, uint32_t prog_id);
/* Where generation `prog_id` is kept, as of an interface that was moved to
 * another namespace; `home` is looked at first.  -ENOENT, without fail(). */
int pin_chain_find(struct pin_home *home, uint32_t prog_id);

/* ---- kept.c ---- */

/* Where the maps of stage `id` are. */
int pin_maps_path(char *path, const struct pin_home *home, uint32_t id);

/* Maps that outlive their stage, under its name. */
#define PIN_KEPT "kept-"

/* Where those of a stage of that name are, if there are any. */
int pin_kept_path(char *path, const struct pin_home *home, const char *stage);
/* Keeps the maps of stage `id` under its name, beside their other pins. */
int pin_kept_write(const struct pin_home *home, const char *stage, uint32_t id);
/* Removes them where they are those of stage `id`, which goes without keeping
 * them: a change was killed when it had just pinned them. */
void pin_kept_remove_copies(const struct pin_home *home, const char *stage,
			    uint32_t id);
/* Removes those of a name, if there are any. */
void pin_kept_remove(const struct pin_home *home, const char *stage);

/* ---- link.c ---- */

/* A link that we have made is kept for as long as it holds the interface; one
 * that was there before, for no longer than a chain runs in it. */
#define PIN_OWN_LINK	 "link"
#define PIN_FOREIGN_LINK "foreign-link"

/* Pins the link that holds the interface's program, by one of these names. */
int pin_link(const struct pin_home *home, const char *name, int link_fd);
/* Whether that link is pinned, by any of them. */
bool pin_holds_link(const struct pin_home *home, int link_fd);
/* Whether the link pinned at `path` holds no interface any more.  Whatever else
 * may have been put in its place is left alone. */
bool pin_link_is_dead(const char *path);

/* ---- change/sweep.c ---- */

/* What is to go. */
struct pin_sweep_opts {
	/* Whether a program runs, or may. */
	bool (*live)(uint32_t prog_id, const void *arg);
	const void *live_arg;
	bool gone;	/* the interface is not where it was */
	bool drop_kept; /* maps, in any case */
	/* Told the path of what has been removed; may be NULL. */
	void (*report)(const char *path, void *arg);
	void *report_arg;
};

/*
 * Removes the generations of programs that do not live, what only they have
 * used, links that need not be kept, and maps kept of an interface that has
 * gone.
 */
int pin_sweep(const struct pin_home *home, const struct pin_sweep_opts *opts);
/* Removes a directory of our own with all that is in it. */
int pin_remove_tree(const char *path);

/* ---- walk.c ---- */

/* Tells `fn` each interface that has state, of any namespace; continues after
 * an error, and returns the first. */
int pin_walk(int (*fn)(const struct pin_home *home, void *arg), void *arg);

enum pin_kind { PIN_PROG, PIN_LINK, PIN_MAP };

/* What kind of object `fd` is, and its id; the kernel's error, without
 * fail(). */
int pin_identify(int fd, enum pin_kind *kind, uint32_t *id);

/* Tells `fn` each pinned program, map and XDP link in the whole bpffs, ours or
 * not, looking at no more than PIN_FIND_MAX files. */
#define PIN_FIND_MAX 8192
void pin_find(void (*fn)(const char *path, enum pin_kind kind, uint32_t id,
			 void *arg),
	      void *arg);
/* Reads the whole of `text` as a decimal number. */
bool pin_read_number(const char *text, uint64_t max, uint64_t *number);

#endif
