# qk_embed(TARGET NAME FILES...): carries text files inside the binary, so that an installed program
# needs none of them on disk. Gives `std::span<const EmbeddedFile> NAME()` in namespace qk::embedded,
# declared in plans/text/embedded.hpp style headers of the caller. Paths are kept relative to the caller.
function(qk_embed target name)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp)
  set(inputs "")
  foreach(file IN LISTS ARGN)
    list(APPEND inputs ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUTPUT=${output} -DROOT=${CMAKE_CURRENT_SOURCE_DIR}
            "-DFILES=${ARGN}" -P ${PROJECT_SOURCE_DIR}/packaging/cmake/embed_script.cmake
    DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/packaging/cmake/embed_script.cmake
    VERBATIM)
  # An object library of the caller's own directory, because the target may be another directory's, which
  # would not see this custom command.
  add_library(embedded_${name} OBJECT ${output})
  target_link_libraries(embedded_${name} PRIVATE qk_flags)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:embedded_${name}>)
endfunction()
