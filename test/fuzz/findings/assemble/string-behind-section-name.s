#th
.section .ÿÿÿ,"aMdatai_ta