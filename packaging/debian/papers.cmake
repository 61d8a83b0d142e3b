# Writes into OUTPUT what Debian wants beside the files of PACKAGE: the manual PAGES (PROGRAM:SECTION;...), the
# changes for operators and the changelog of the package, compressed and without the time of the machine.
#
# A page is what the program says of itself: 'PROGRAM manual' where it has that, else its '--help' and that of its
# commands. Both come from the one table of its commands.
file(MAKE_DIRECTORY ${OUTPUT})
function(say_of result program)
  execute_process(COMMAND ${program} ${ARGN} OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${said}" PARENT_SCOPE)
endfunction()
function(compress name text)
  file(WRITE ${OUTPUT}/${name} "${text}")
  execute_process(COMMAND gzip -9nf ${OUTPUT}/${name} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
# As it stands: no word of it is a command of roff.
function(verbatim result text)
  string(REPLACE "\\" "\\e" text "${text}")
  string(REPLACE "-" "\\-" text "${text}")
  string(REPLACE "\n" "\n\\&" text "${text}")
  set(${result} "\\&${text}" PARENT_SCOPE)
endfunction()
function(page_from_help result program name section)
  say_of(help ${program} --help)
  string(REGEX MATCH "^([^\n]*)\n([^\n]*)\n" match "${help}")
  set(what "${CMAKE_MATCH_2}")
  string(TOUPPER ${name} upper)
  string(REPLACE "-" "\\-" shown ${name})
  verbatim(body "${help}")
  string(CONCAT roff "'\\\" -*- coding: UTF-8 -*-\n.TH ${upper} ${section} \"\" \"${name} ${VERSION}\" \"晴空 Qingkong\"\n"
    ".ad l\n.nh\n.SH NAME\n${shown} \\- ${what}\n.SH DESCRIPTION\n.nf\n${body}\n.fi\n")
  string(REGEX MATCHALL "\n  [a-z][a-z-]*  +[^ ]" rows "${help}")
  foreach(row IN LISTS rows)
    string(REGEX REPLACE "^\n  ([a-z-]+) .*" "\\1" command "${row}")
    say_of(help ${program} ${command} --help)
    verbatim(body "${help}")
    string(APPEND roff ".SH ${name} ${command}\n.nf\n${body}\n.fi\n")
  endforeach()
  set(${result} "${roff}" PARENT_SCOPE)
endfunction()

foreach(page IN LISTS PAGES)
  string(REGEX MATCH "^(.*):([0-9])$" match ${page})
  set(program ${CMAKE_MATCH_1})
  set(section ${CMAKE_MATCH_2})
  get_filename_component(name ${program} NAME)
  if(name STREQUAL "qingkongctl")
    say_of(text ${program} manual)
  else()
    page_from_help(text ${program} ${name} ${section})
  endif()
  compress(${name}.${section} "${text}")
endforeach()

file(READ ${CHANGES} changes)
compress(changelog "${changes}")
string(TIMESTAMP day "%a, %d %b %Y %H:%M:%S +0000" UTC)
compress(changelog.Debian "${PACKAGE} (${VERSION}-${RELEASE}) unstable; urgency=medium

  * 改动见 changelog.gz / what changed for operators is in changelog.gz

 -- ${MAINTAINER}  ${day}
")
