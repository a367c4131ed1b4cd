package prompt

// spanish is Latin America's, with usted.
var spanish = language{
	name:   Spanish,
	locale: "es-US",
	plus:   "más",
	scores: "uno, dos, tres, cuatro, cinco, 1, 2, 3, 4, 5",
	voices: map[string]string{
		"es-US": "Lupe Miguel Pedro Penelope",
		"es-MX": "Andres Andrés Mia",
		"es-ES": "Alba Conchita Enrique Lucia Raul Raúl Sergio",
	},
	said: said{
		digits:  [10]string{"cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"},
		yes:     "sí, si, claro, claro que sí, por supuesto, correcto, así es, cómo no",
		no:      "no, claro que no, para nada, en absoluto",
		fillers: "eh, pues, bueno, por favor, gracias, muchas gracias, señor, señora, señorita, yo diría, diría que, creo que, le doy, le daría, un, una, el, la, estrellas, puntos, de cinco, de 5, sobre cinco, sobre 5",
	},
	texts: map[Name]string{
		Closed:      "En este momento estamos cerrados.",
		ClosedToday: "Hoy estamos cerrados: {reason}.",
		NoWorkers:   "En este momento, ninguno de nuestros colegas puede atender llamadas.",
		Connecting:  "Espere, por favor, mientras le comunicamos con otro número.",
		MenuAgain:   "Disculpe, no le entendí.",

		Waiting:       "Gracias por esperar.",
		NextInLine:    "Su llamada es la siguiente en la fila.",
		Position:      "Su llamada es la número {position} en la fila.",
		WaitOneMinute: "Las personas que acabamos de atender esperaron alrededor de un minuto.",
		WaitMinutes:   "Las personas que acabamos de atender esperaron alrededor de {minutes} minutos.",
		WaitUpTo:      "Las personas que acabamos de atender esperaron hasta {minutes} minutos.",
		WaitOverHour:  "Las personas que acabamos de atender esperaron más de una hora.",
		StillWaiting:  "Por favor, permanezca en la línea. Atenderemos su llamada lo antes posible.",
		LongWait:      "Lamentamos que la espera sea tan larga.",
		OfferMessage:  "Si prefiere dejar un mensaje en lugar de esperar, presione la tecla asterisco.",

		Busy:            "Todas nuestras líneas están ocupadas.",
		NotTaken:        "Lamentamos no haber podido atender su llamada.",
		Apology:         "Lo sentimos, algo salió mal.",
		CallAgain:       "Por favor, vuelva a llamar más tarde. Hasta luego.",
		RecordingNotice: "",
		AskMessage:      "Por favor, deje un mensaje después del tono y luego presione la tecla numeral.",
		NoMessage:       "No escuchamos ningún mensaje. Hasta luego.",

		Score:      "¿Cómo calificaría esta llamada, del 1 al 5? Presione o diga un número; 5 es la mejor calificación.",
		ScoreAgain: "Disculpe, no le entendí. Por favor, presione o diga un número del 1 al 5; 5 es la mejor calificación.",
		Remark:     "Después del tono, deje un comentario y luego presione la tecla numeral. Para omitirlo, presione la tecla numeral o cuelgue.",
		Thanks:     "Muchas gracias. Hasta luego.",
		Goodbye:    "Hasta luego.",
	},
}
