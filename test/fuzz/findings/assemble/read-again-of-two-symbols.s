.eqv f,b+d
verw f
l=f
