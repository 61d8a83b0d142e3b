# Several files of a folder compiled as one: half of what compiling them costs is headers, which are then read once.
# On for the release build, which is mostly made whole; off for development, where one file changes at a time and every
# file has to include what it uses.
#
#   qk_unity(TARGET ALONE file.cpp ...)
#
# A name in an unnamed namespace is then seen by the files of its group. Where two files of a folder use one name for
# two things, the compiler refuses it: name them apart, or let one of them stand ALONE (paths below the folder of the
# call). The groups are written here and not by CMake's UNITY_BUILD, which names their files by absolute paths: so the
# compiler cache serves them to another clone.
option(QK_UNITY "Compile several files of a folder as one." OFF)
set(QK_UNITY_FILES 8)  # in one group: with more, the last group of a target is waited for
function(qk_unity target)
  if(NOT QK_UNITY)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "ALONE")
  get_target_property(sources ${target} SOURCES)
  set(groups "")
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE OUTPUT_VARIABLE path)
    cmake_path(IS_PREFIX CMAKE_CURRENT_SOURCE_DIR ${path} is_own)
    cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE name)
    if(NOT is_own OR name IN_LIST ARG_ALONE OR NOT name MATCHES "\\.cpp$")  # embedded files are objects
      continue()
    endif()
    cmake_path(GET name PARENT_PATH folder)
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    math(EXPR count_${folder} "0${count_${folder}} + 1")
    math(EXPR group "(${count_${folder}} - 1) / ${QK_UNITY_FILES}")
    cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
    string(APPEND text_${folder}_${group} "#include \"${path}\"\n")
    list(APPEND groups ${folder}_${group})
    set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES HEADER_FILE_ONLY ON)
  endforeach()
  list(REMOVE_DUPLICATES groups)
  foreach(group IN LISTS groups)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/groups/${target}_${group}.cpp)
    file(CONFIGURE OUTPUT ${file} CONTENT "${text_${group}}" @ONLY)
    target_sources(${target} PRIVATE ${file})
  endforeach()
endfunction()
