/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete.h"

/*
 * bash cuts words at ':', '=' and '@' (COMP_WORDBREAKS), which addresses, options and overrides hold: the
 * words are put together again where no blank is between them, and what stands before the
 * last such character is cut from the candidates, because bash keeps it. Descriptions are shown only in
 * a list of several candidates (COMP_TYPE 63, "?"); whatever else may end up on the line, be it what
 * several have in common, is quoted, because anyone names VMs. bash 4.2 does.
 */
static const char script[] =
	"# bash completion for xe-passthrough; load it with:\n"
	"#   source <(xe-passthrough completion bash)\n"
	"_xe_passthrough()\n"
	"{\n"
	"	local line=${COMP_LINE:0:COMP_POINT} words=() i n word cut value about\n"
	"	for ((i = 0; i <= COMP_CWORD; i++)); do\n"
	"		word=${COMP_WORDS[i]}\n"
	"		n=${#words[@]}\n"
	"		if ((n)) && [[ $line != [[:blank:]]* ]]; then\n"
	"			words[n - 1]+=$word\n"
	"		else\n"
	"			words+=(\"$word\")\n"
	"		fi\n"
	"		line=${line#\"${line%%[![:blank:]]*}\"}\n"
	"		line=${line#\"$word\"}\n"
	"	done\n"
	"	word=${words[${#words[@]} - 1]//\\\\/}\n"
	"	words[${#words[@]} - 1]=$word\n"
	"	cut=${word%\"${word##*[:=@]}\"}\n"
	"	COMPREPLY=()\n"
	"	while IFS=$'\\t' read -r value about; do\n"
	"		value=${value#\"$cut\"}\n"
	"		if [[ $COMP_TYPE != 63 ]]; then\n"
	"			printf -v value %q \"$value\"\n"
	"		elif [[ $about ]]; then\n"
	"			value=\"$value  ($about)\"\n"
	"		fi\n"
	"		COMPREPLY+=(\"$value\")\n"
	"	done < <(\"${words[0]}\" __complete \"${words[@]:1}\" 2>/dev/null)\n"
	"	[[ ${COMPREPLY[0]} == *[@=,] ]] && compopt -o nospace 2>/dev/null\n"
	"	return 0\n"
	"}\n"
	"complete -F _xe_passthrough xe-passthrough\n";

const char *xpt_complete_script(void)
{
	return script;
}
