// SPDX-License-Identifier: LGPL-2.1-only
/*
 * elf - tells a complete BPF object from what is none, and reads a little of it
 *
 * libbpf reports every such file as "invalid argument"; and what it parses
 * should at least lie within the file, and its BTF within itself.  The layout
 * is that of elf(5).
 */
#include <elf.h>
#include <stdint.h>
#include <string.h>

#include "elf.h"
#include "internal.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_DATA ELFDATA2LSB
#else
#define NATIVE_DATA ELFDATA2MSB
#endif

static const char *header_defect(const Elf64_Ehdr *header)
{
	if (memcmp(header->e_ident, ELFMAG, SELFMAG))
		return "not an ELF file";
	if (header->e_ident[EI_CLASS] != ELFCLASS64)
		return "a 32 bit ELF file, not an object for BPF";
	if (header->e_ident[EI_DATA] != NATIVE_DATA)
		return "compiled for the other byte order";
	if (header->e_machine != EM_BPF)
		return "compiled for another architecture, not for BPF";
	if (header->e_type != ET_REL)
		return "not a relocatable object";
	if (header->e_shentsize != sizeof(Elf64_Shdr) || !header->e_shnum)
		return "has no sections";
	return NULL;
}

static bool within(uint64_t offset, uint64_t length, size_t size)
{
	return offset <= size && length <= size - offset;
}

static Elf64_Shdr section_at(const char *bytes, const Elf64_Ehdr *header,
			     size_t index)
{
	Elf64_Shdr section;

	memcpy(&section, bytes + header->e_shoff + index * sizeof(section),
	       sizeof(section));
	return section;
}

static const char *sections_defect(const char *bytes, size_t size,
				   const Elf64_Ehdr *header)
{
	for (size_t i = 0; i < header->e_shnum; i++) {
		Elf64_Shdr section = section_at(bytes, header, i);

		if (section.sh_type != SHT_NOBITS &&
		    !within(section.sh_offset, section.sh_size, size))
			return "truncated";
	}
	if (header->e_shstrndx >= header->e_shnum ||
	    section_at(bytes, header, header->e_shstrndx).sh_type != SHT_STRTAB)
		return "damaged: the section names are missing";
	return NULL;
}

/* Whether `size` bytes at a section's offset begin with that text. */
static bool has_text(const char *bytes, const Elf64_Shdr *section,
		     uint64_t offset, const char *text)
{
	size_t size = strlen(text) + 1;

	return within(offset, size, section->sh_size) &&
	       !memcmp(bytes + section->sh_offset + offset, text, size);
}

/* As libbpf does it: of several sections the last one counts, and one of the
 * name that is not of the type is an error that it finds by itself. */
static bool find_section(const char *bytes, const char *name, uint32_t type,
			 Elf64_Shdr *found)
{
	Elf64_Shdr names, section;
	Elf64_Ehdr header;
	bool there = false;

	memcpy(&header, bytes, sizeof(header));
	names = section_at(bytes, &header, header.e_shstrndx);
	for (size_t i = 0; i < header.e_shnum; i++) {
		section = section_at(bytes, &header, i);
		if (section.sh_type != type ||
		    !has_text(bytes, &names, section.sh_name, name))
			continue;
		*found = section;
		there = true;
	}
	return there;
}

static const char *object_btf_defect(const char *bytes)
{
	Elf64_Shdr btf;

	if (!find_section(bytes, ".BTF", SHT_PROGBITS, &btf))
		return NULL;
	return btf_defect(bytes + btf.sh_offset, btf.sh_size);
}

const char *elf_defect(const void *bytes, size_t size)
{
	const char *defect;
	Elf64_Ehdr header;

	if (size < SELFMAG || memcmp(bytes, ELFMAG, SELFMAG))
		return "not an ELF file";
	if (size < sizeof(header))
		return "truncated";
	memcpy(&header, bytes, sizeof(header));
	defect = header_defect(&header);
	if (defect)
		return defect;
	if (!within(header.e_shoff,
		    (uint64_t)header.e_shnum * sizeof(Elf64_Shdr), size))
		return "truncated";
	defect = sections_defect(bytes, size, &header);
	return defect ? defect : object_btf_defect(bytes);
}

void elf_licence(char *licence, size_t size, const void *bytes)
{
	Elf64_Shdr section = { 0 };
	size_t length = 0;

	if (find_section(bytes, "license", SHT_PROGBITS, &section))
		length = section.sh_size < size ? section.sh_size : size - 1;
	memcpy(licence, (const char *)bytes + section.sh_offset, length);
	licence[length] = '\0';
}

/* ---- what maps refer to ---- */

/* The name of a symbol that is a function, or NULL. */
static const char *function_name(const char *bytes, const Elf64_Shdr *symbols,
				 uint64_t index)
{
	Elf64_Shdr names;
	Elf64_Ehdr header;
	Elf64_Sym symbol;
	const char *name;

	memcpy(&header, bytes, sizeof(header));
	if (index >= symbols->sh_size / sizeof(symbol) ||
	    symbols->sh_link >= header.e_shnum)
		return NULL;
	memcpy(&symbol, bytes + symbols->sh_offset + index * sizeof(symbol),
	       sizeof(symbol));
	names = section_at(bytes, &header, symbols->sh_link);
	if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC ||
	    names.sh_type != SHT_STRTAB || symbol.st_name >= names.sh_size)
		return NULL;
	name = bytes + names.sh_offset + symbol.st_name;
	return memchr(name, 0, names.sh_size - symbol.st_name) ? name : NULL;
}

void elf_slots(const void *bytes, void (*fn)(const char *function, void *arg),
	       void *arg)
{
	Elf64_Shdr relocations, symbols;
	Elf64_Rel relocation;

	if (!find_section(bytes, ".rel.maps", SHT_REL, &relocations) ||
	    !find_section(bytes, ".symtab", SHT_SYMTAB, &symbols))
		return;
	for (size_t i = 0; i < relocations.sh_size / sizeof(relocation); i++) {
		const char *name;

		memcpy(&relocation,
		       (const char *)bytes + relocations.sh_offset +
			       i * sizeof(relocation),
		       sizeof(relocation));
		name = function_name(bytes, &symbols,
				     ELF64_R_SYM(relocation.r_info));
		if (name)
			fn(name, arg);
	}
}
